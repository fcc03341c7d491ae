"""Clients that put the service of one machine under load, on loopback alone."""
