"""The function that registers what other programs write into the products table."""
