"""Models that embed pictures: one class for each kind, and their settings."""
