"""Measuring and fitting on real pictures: edits, splits, and reports."""
