"""A running or deployed service, as the commands see it."""
