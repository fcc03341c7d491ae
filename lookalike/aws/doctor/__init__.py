"""Examines an account before a first deployment: what would fail, and what to do about it."""
