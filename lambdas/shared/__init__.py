"""What the functions share, by concept: images, fingerprint, matching, storage, http."""
