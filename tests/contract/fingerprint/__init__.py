"""What every hash of the registry promises."""
