"""Tests of the product routes."""
