"""Stops imports and searches for duplicates when a day of them costs too much."""
