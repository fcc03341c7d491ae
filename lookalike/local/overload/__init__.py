"""Keeps the service answering when more is asked of it than it can do."""
