"""Uses the service as a caller does, by schedule."""
