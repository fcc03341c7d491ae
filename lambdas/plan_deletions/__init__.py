"""The function that finds what left the feed of a sync."""
