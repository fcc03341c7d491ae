"""Storage in plain dictionaries and arrays."""
