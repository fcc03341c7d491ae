"""Tests of status and health."""
