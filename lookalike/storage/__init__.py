"""Where products, pictures and their vectors are kept: interfaces, and one file per store."""
