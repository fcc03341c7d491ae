"""Keeping a vector index in step with the table of pictures, on AWS."""
