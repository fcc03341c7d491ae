"""Tests of the clients that put the service under load."""
