"""Storage in one folder of this machine: SQLite for the truth, faiss to search."""
