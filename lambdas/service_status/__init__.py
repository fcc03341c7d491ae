"""Health, counts and freshness."""
