"""Compacts the small index by schedule: snapshot and log become the next snapshot."""
