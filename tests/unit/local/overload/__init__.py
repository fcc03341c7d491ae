"""Unit tests of imports on one machine."""
