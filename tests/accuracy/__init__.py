"""A small accuracy benchmark that fails if accuracy falls."""
