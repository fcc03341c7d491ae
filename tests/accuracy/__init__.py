"""A small accuracy benchmark that fails when accuracy falls."""
