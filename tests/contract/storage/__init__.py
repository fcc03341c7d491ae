"""What every kind of storage promises."""
