"""Tests of the local server, without a network."""
