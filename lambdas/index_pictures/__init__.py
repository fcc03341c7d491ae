"""Keeping the index in step: what the pictures table's stream says becomes searchable."""
