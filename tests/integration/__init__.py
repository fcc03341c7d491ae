"""Several parts together, with real servers and processes."""
