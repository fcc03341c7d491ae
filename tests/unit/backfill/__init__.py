"""Unit tests of backfills."""
