"""The vector index on a real OpenSearch keeps the same promises."""
