"""Stores of products, pictures, vectors and import runs: interfaces, and a folder per kind."""
