"""Offline, in seconds."""
