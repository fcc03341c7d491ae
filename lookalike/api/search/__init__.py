"""Search the catalogue by looks."""
