"""Every vector database passes the contract tests of vector indices."""

from tests.contract.storage.test_vectors import *  # noqa: F403 - its tests, with our fixtures
