"""Tests of the functions on AWS: settings, entry points, and what each function does."""
