"""Tests of the scripts that fit the classifier."""
