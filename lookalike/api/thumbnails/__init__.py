"""Show what is stored of pictures."""
