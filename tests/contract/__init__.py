"""What every implementation of an interface promises."""
