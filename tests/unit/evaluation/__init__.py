"""Edits and splits to measure with."""
