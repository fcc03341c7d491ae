"""Upload pictures that are too large for a request."""
