"""The HTTP server of the service on one machine."""
