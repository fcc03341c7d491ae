"""The deployment on AWS: one application stack, one construct a file."""
