"""Loading rows, with pictures that are there at once."""
