"""The deployment on AWS: stacks of data, search service and code, one construct a file."""
