"""Filling a service from a manifest, step by step: what `notebooks/backfill.ipynb` does."""
