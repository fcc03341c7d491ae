"""Imports on AWS: a file becomes batches in S3, and a state machine loads many of them at once."""
