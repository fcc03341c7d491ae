"""Tests of the routes of duplicates."""
