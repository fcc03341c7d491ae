"""Tests of the import routes."""
