"""Tests of the reconciliation of table and index."""
