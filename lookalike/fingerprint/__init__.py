"""What is computed from the pixels: binary hashes, quality, and the id of a picture."""
