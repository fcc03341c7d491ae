"""Entries of the catalogue: put, read and delete."""
