"""The HTTP API: one folder per resource, each with routes, a service and models."""
