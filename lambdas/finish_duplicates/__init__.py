"""The function that groups what a search for duplicates has found."""
