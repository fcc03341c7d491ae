"""What all routes share: problems, request bodies, answer models."""
