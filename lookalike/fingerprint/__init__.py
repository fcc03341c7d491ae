"""The fingerprint of a picture: hashes, signature, quality, id and version."""
