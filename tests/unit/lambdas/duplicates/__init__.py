"""Searches for duplicates on AWS, step by step, as the state machine takes them."""
