"""Unit tests of fetching pictures."""
