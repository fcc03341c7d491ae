"""The function that says how an import has ended."""
