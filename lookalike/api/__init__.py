"""What the service answers: one folder per resource, with its routes, service and models."""
