"""Follows the stream of the pictures table, and keeps the index in step with it."""
