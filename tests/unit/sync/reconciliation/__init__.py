"""Tests of the scheduled comparison."""
