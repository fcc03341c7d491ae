"""Tests of fetching and preparing pictures."""
