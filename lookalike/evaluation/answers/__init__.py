"""Answering the questions: indexes, workers, and the file that keeps the answers."""
