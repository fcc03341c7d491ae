"""Tests of the soak: what it sees, not what a service does."""
