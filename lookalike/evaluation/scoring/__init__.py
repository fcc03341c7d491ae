"""Answers compared with the ground truth, and figures of merit."""
