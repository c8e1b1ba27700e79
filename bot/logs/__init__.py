"""Logs of every process: events with fields, nothing in them that tells who somebody is."""
