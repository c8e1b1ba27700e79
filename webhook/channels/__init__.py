"""Channels: everything that knows a provider stands here, one file each."""
