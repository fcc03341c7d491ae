"""The function that compares the pictures of a batch."""
