"""Building the network from the pretrained weights, without torch."""
