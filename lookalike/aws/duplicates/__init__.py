"""Searches for all duplicates on AWS: a state machine compares many batches at once."""
