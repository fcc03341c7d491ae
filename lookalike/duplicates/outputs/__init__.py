"""Groups of duplicates as files."""
