from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from moto import mock_aws

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.opensearch.admin import IndexAdmin
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.service import OpenSearchService
from scripts.opensearch_server.server import OpenSearchServer
from tests.contract.storage.moto_dynamodb import a_client, create_tables
from tests.integration.opensearch.proxy import FaultyProxy
from tests.integration.sync.deployment import BUCKET, Deployment
from tests.opensearch import GENEROUS, LUCENE


@pytest.fixture
def server() -> Iterator[OpenSearchServer]:
    """One of this test's own, since it gets killed."""
    with OpenSearchServer() as server:
        yield server


@pytest.fixture
def proxy(server: OpenSearchServer) -> Iterator[FaultyProxy]:
    """The proxy in front of the server, with scripted faults."""
    with FaultyProxy(server.url) as proxy:
        yield proxy


@pytest.fixture
def deployment(server: OpenSearchServer, proxy: FaultyProxy) -> Iterator[Deployment]:
    """Nothing stored, nothing searchable."""
    with (
        mock_aws(),
        closing(connect(server.url, OpenSearchService.UNSIGNED)) as index,
        closing(connect(proxy.url, OpenSearchService.UNSIGNED)) as troubled,
    ):
        dynamodb, s3 = a_client(), a_client("s3")
        create_tables(dynamodb)
        place = {"LocationConstraint": "eu-central-1"}
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        IndexAdmin(index, ALGORITHM_VERSION, retries=GENEROUS).create(LUCENE)
        yield Deployment(dynamodb, s3, index, troubled)
