"""Hours of mixed load, to see whether anything grows that should not."""
