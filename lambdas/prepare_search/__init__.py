"""What a deployment does to a new search service before anybody asks it."""
