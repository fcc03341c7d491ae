"""What only the kind in a folder promises: files, other processes, clear refusals."""
