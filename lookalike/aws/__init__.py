"""What the functions on AWS share beside the stores."""
