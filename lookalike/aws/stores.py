"""The stores of a deployment, from its settings. Nothing is sent before the first request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from opensearchpy import OpenSearch

from lookalike.aws.settings import Settings
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import CLIENT_CONFIG, TABLE_RETRIES
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.dynamodb.schema import TableNames
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.interfaces import Drift
from lookalike.storage.opensearch.client import SEARCH_RETRIES, connect
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.storage.retries import RetryPolicy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BACKGROUND_RETRIES = RetryPolicy(timeout=10, deadline=20)
"""For requests that no caller waits for: a busy index gets time, and not the same work twice."""
_COUNT_AGE = 60.0
"""Seconds. A check weighs by the catalogue's order of magnitude."""
_S3_CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=1,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    # Otherwise addresses that are signed for callers would name the endpoint of all regions,
    # which redirects for the first hours of a bucket.
    s3={"addressing_style": "virtual"},
)


def dynamodb_client() -> DynamoDBClient:
    """A client of DynamoDB in the function's region."""
    return boto3.client("dynamodb", config=CLIENT_CONFIG)


def s3_client() -> S3Client:
    """A client of S3 in the function's region."""
    return boto3.client("s3", config=_S3_CONFIG)


def picture_table(
    client: DynamoDBClient, settings: Settings
) -> tuple[DynamodbDatabase, DynamodbPictures]:
    """The pictures, and the database that they are in."""
    database = DynamodbDatabase(client, TABLE_RETRIES)
    products = DynamodbProducts(database, settings.products_table)
    return database, DynamodbPictures(database, settings.pictures_table, products)


def search_client(settings: Settings) -> OpenSearch:
    """A client of the service that the index is in."""
    return connect(settings.opensearch_endpoint, settings.opensearch_service)


def vectors_of(
    client: OpenSearch,
    settings: Settings,
    retries: RetryPolicy = SEARCH_RETRIES,
    *,
    count_age: float = 0.0,
) -> OpenSearchVectors:
    """The index of the algorithm version that this program computes.

    Args:
        client: of OpenSearch.
        settings: what the index is called.
        retries: for requests that OpenSearch is too busy for.
        count_age: seconds that a count is good for.
    """
    return OpenSearchVectors(
        client, ALGORITHM_VERSION, settings.index_alias, retries=retries, count_age=count_age
    )


def storage_of(
    client: DynamoDBClient,
    settings: Settings,
    drift: Callable[[], Drift],
    *,
    consistent: bool = True,
) -> DynamodbStorage:
    """All stores, for checks and registrations.

    Args:
        client: of DynamoDB.
        settings: names and addresses.
        drift: how far the index was off when it was last compared.
        consistent: whether reading by key shows what was written until then.
    """
    names = TableNames(settings.products_table, settings.pictures_table, settings.imports_table)
    vectors = vectors_of(search_client(settings), settings, count_age=_COUNT_AGE)
    return DynamodbStorage(client, names, vectors, drift, consistent=consistent)
