"""Answers compared with the ground truth, and the figures that follow from them."""
