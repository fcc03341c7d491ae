"""Building the network's files from the pretrained weights, without torch."""
