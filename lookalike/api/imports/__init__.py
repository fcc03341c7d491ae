"""Catalogue files as long-running operations."""
