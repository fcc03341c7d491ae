"""The OpenSearch node of a section: a new one, or in a quick run the one of all sections."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.service import OpenSearchService
from scripts.opensearch_server.server import JavaOptions, OpenSearchServer

_SHARED = "LOOKALIKE_BENCHMARKS_OPENSEARCH"
"""Environment variable with the address of the node of a quick run."""


@contextmanager
def shared_node() -> Iterator[Mapping[str, str]]:
    """Start a node; what sections need in their environment to use it, one after the other."""
    with OpenSearchServer() as server:
        yield {_SHARED: server.url}


@contextmanager
def search_node(java: JavaOptions) -> Iterator[str]:
    """The address of a node without indices.

    Args:
        java: its options, unless it is shared.
    """
    shared = os.environ.get(_SHARED)
    if shared is None:
        with OpenSearchServer(java) as server:
            yield server.url
        return
    yield shared
    with closing(connect(shared, OpenSearchService.UNSIGNED)) as client:
        client.indices.delete(index="pictures-*")
        client.indices.delete_index_template(name="pictures-*", params={"ignore": 404})
