"""The function that loads a batch of rows."""
