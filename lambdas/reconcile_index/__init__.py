"""Comparing pictures and index as a whole, repairing both ways, and sweeping."""
