"""The contract of the storage in a folder: files, other processes, clear refusals."""
