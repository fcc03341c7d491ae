"""Decide about products, and list and undo decisions."""
