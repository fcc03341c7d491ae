"""Answers checks and everything else but requests about products."""
