"""Unit tests of the HTTP server of one machine."""
