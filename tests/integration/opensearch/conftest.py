from __future__ import annotations

from collections.abc import Iterator

import pytest
from opensearchpy import OpenSearch

from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from tests.builders import VERSION
from tests.integration.opensearch.proxy import FaultyProxy
from tests.opensearch import GENEROUS, LUCENE, MakeVectors


@pytest.fixture
def vectors(make_vectors: MakeVectors) -> OpenSearchVectors:
    """An empty index."""
    return make_vectors()


@pytest.fixture
def proxy(opensearch_url: str) -> Iterator[FaultyProxy]:
    """The proxy in front of the server, with scripted faults."""
    with FaultyProxy(opensearch_url) as proxy:
        yield proxy


@pytest.fixture
def client_of_proxy(proxy: FaultyProxy) -> Iterator[OpenSearch]:
    client = connect(proxy.url, OpenSearchService.UNSIGNED)
    yield client
    client.close()


@pytest.fixture
def troubled(client_of_proxy: OpenSearch, index_base: str, admin: IndexAdmin) -> OpenSearchVectors:
    """An empty index behind the proxy."""
    admin.create(LUCENE)
    return OpenSearchVectors(client_of_proxy, VERSION, index_base, retries=GENEROUS, refresh="true")
