"""Hashes, quality and the id of a picture."""
