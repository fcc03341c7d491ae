"""Compare two pictures with each other."""
