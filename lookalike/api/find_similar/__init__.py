"""Check which products show a picture."""
