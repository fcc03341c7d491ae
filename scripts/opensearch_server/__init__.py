"""A real OpenSearch with k-NN from package registries, without Docker and without system Java."""
