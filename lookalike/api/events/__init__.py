"""What has happened to the catalogue."""
