"""Tests of the stream function."""
