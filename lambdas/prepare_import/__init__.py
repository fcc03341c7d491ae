"""The function that divides catalogues into batches."""
