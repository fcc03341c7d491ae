"""What a vector database must keep to: searches as every index, and what the sync needs."""
