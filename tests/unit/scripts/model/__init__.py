"""Building the network."""
