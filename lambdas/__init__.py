"""Lookalike: is this product photograph already in my catalogue?

One folder per function; ``shared`` holds what they have in common. A function
imports from ``shared`` only, never from another function.
"""
