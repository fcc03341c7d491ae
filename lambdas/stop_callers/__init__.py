"""Refuses callers when a day costs too much."""
