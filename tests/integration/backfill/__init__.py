"""Filling a running service from a manifest."""
