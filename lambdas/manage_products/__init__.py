"""Answers requests about products: put, get, delete."""
