"""A real OpenSearch with k-NN, put together from package registries: no Docker, no system Java."""
