"""Load catalogue files in the background."""
