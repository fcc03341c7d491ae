"""Store, read and delete products."""
