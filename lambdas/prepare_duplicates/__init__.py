"""The function that divides what a search for duplicates compares into batches."""
