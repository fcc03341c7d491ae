"""Prepares pictures from outside in processes that may die of them."""
