"""Follows the stream of the events table, and publishes events on the bus."""
