"""Prepares a new search service during a deployment, before the first request."""
