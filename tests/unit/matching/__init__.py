"""From distances to matches."""
