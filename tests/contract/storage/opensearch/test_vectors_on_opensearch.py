"""All that every vector index is held to."""

from tests.contract.storage.test_vectors import *  # noqa: F403 - its tests, with our fixtures
