"""Verification of a candidate: alignment, block comparison, features and classification."""
