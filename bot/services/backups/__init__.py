"""Backups: one encrypted file with everything that an installation needs to come back."""
