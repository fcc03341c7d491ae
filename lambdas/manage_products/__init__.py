"""Products: put, get, delete."""
