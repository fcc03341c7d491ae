"""A real OpenSearch for tests: one server for all of them, indices of their own for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Protocol
from uuid import uuid4

import pytest
from opensearchpy import OpenSearch

from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.schema import Engine, IndexSettings
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.storage.retries import RetryPolicy
from scripts.opensearch_server.server import OpenSearchServer
from tests.builders import VERSION

LUCENE = IndexSettings(replicas=0)
"""As shipped, on one node."""
EXACT = IndexSettings(Engine.FAISS, approximate_threshold=-1, replicas=0)
"""Without a graph: what is nearest is found whatever there is."""

GENEROUS = RetryPolicy(timeout=60, deadline=240, first_pause=0.001, longest_pause=0.05)
"""A machine that is busy with something else may take its time."""


class MakeVectors(Protocol):
    """Makes an index and what searches it."""

    def __call__(self, settings: IndexSettings = LUCENE) -> OpenSearchVectors:
        """What is written is searchable at once."""


@pytest.fixture(scope="session")
def opensearch_url() -> Iterator[str]:
    """A server of these tests; that at ``LOOKALIKE_TEST_OPENSEARCH`` where one is running."""
    running = os.environ.get("LOOKALIKE_TEST_OPENSEARCH")
    if running:
        yield running
        return
    with OpenSearchServer() as server:
        yield server.url


@pytest.fixture(scope="session")
def opensearch(opensearch_url: str) -> Iterator[OpenSearch]:
    """A client of the server."""
    client = connect(opensearch_url, OpenSearchService.UNSIGNED)
    yield client
    client.close()


@pytest.fixture
def index_base(opensearch: OpenSearch) -> Iterator[str]:
    """What names of indices begin with that no other test uses; they go when it ends."""
    base = f"pictures{uuid4().hex[:8]}"
    yield base
    opensearch.indices.delete(index=f"{base}-*")
    opensearch.indices.delete_index_template(name=f"{base}-*", params={"ignore": 404})


@pytest.fixture
def admin(opensearch: OpenSearch, index_base: str) -> IndexAdmin:
    """The indices of this test."""
    return IndexAdmin(opensearch, VERSION, index_base)


@pytest.fixture
def make_vectors(opensearch: OpenSearch, index_base: str, admin: IndexAdmin) -> MakeVectors:
    """Makes the index of this test."""

    def built(settings: IndexSettings = LUCENE) -> OpenSearchVectors:
        admin.create(settings)
        return OpenSearchVectors(opensearch, VERSION, index_base, retries=GENEROUS, refresh="true")

    return built
