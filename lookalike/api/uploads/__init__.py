"""Places for pictures that are too large for a request."""
