"""Measures ``lookalike duplicates`` on real pictures with edited copies mixed in."""
