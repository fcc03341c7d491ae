"""The stores of a deployment, built from its settings. Nothing is sent before the first request.

The vector database is chosen in ``build_vector_index``: another one is another line there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lookalike.aws.settings import PREFIX, FunctionSettings
from lookalike.aws.small_index import build_small_index
from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import CLIENT_CONFIG, TABLE_RETRIES
from lookalike.storage.dynamodb.item_changes import Put
from lookalike.storage.dynamodb.picture_embeddings import PictureEmbeddings
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts, PutItem
from lookalike.storage.dynamodb.schema import TableNames
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.index_kind import IndexKind
from lookalike.storage.interfaces import Drift
from lookalike.storage.opensearch.client import SEARCH_RETRIES, connect
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.synced_index import SyncedIndex
from lookalike.storage.two_indices import TwoIndices

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BACKGROUND_RETRIES = RetryPolicy(timeout=10, deadline=20)
"""For requests that no caller waits for: a busy index gets time, and not the same work twice."""
_WAKING_SEARCH_RETRIES = RetryPolicy(timeout=20, deadline=20)
_WAKING_BACKGROUND_RETRIES = RetryPolicy(timeout=30, deadline=40)
"""The same for a serverless collection, which takes 10 to 30 seconds to wake. A caller's request
has 28 seconds in all, and the one after it finds the collection awake; the last requests of a
reconciliation find it awake, too."""
_COUNT_AGE = 60.0
"""Seconds that checks cache the index's count: only its order of magnitude matters to them."""
_S3_CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=1,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    # Otherwise presigned addresses would name the global endpoint, which redirects during the first
    # hours of a bucket.
    s3={"addressing_style": "virtual"},
)


def dynamodb_client(region: str | None = None) -> DynamoDBClient:
    """A client of DynamoDB in a region; ``None``: that of the function, or of the profile."""
    return boto3.client("dynamodb", region_name=region, config=CLIENT_CONFIG)


def s3_client() -> S3Client:
    """A client of S3 in the function's region."""
    return boto3.client("s3", config=_S3_CONFIG)


def build_tables(
    client: DynamoDBClient, settings: FunctionSettings
) -> tuple[DynamodbProducts, DynamodbPictures]:
    """The stores of products and pictures, for work that needs no transactions."""
    database = DynamodbDatabase(client, TABLE_RETRIES)
    products = DynamodbProducts(database, settings.products_table)
    return products, DynamodbPictures(database, settings.pictures_table, products)


def pictures_of_table(client: DynamoDBClient, name: str) -> DynamodbPictures:
    """The pictures of a table, for reading them all."""
    database = DynamodbDatabase(client, TABLE_RETRIES)
    return DynamodbPictures(database, name, DynamodbProducts(database, ""))


def embeddings_of_table(client: DynamoDBClient, name: str) -> PictureEmbeddings:
    """What adds embeddings to the pictures of a table."""
    return PictureEmbeddings(DynamodbDatabase(client, TABLE_RETRIES), name)


def build_vector_index(
    settings: FunctionSettings, *, in_background: bool = False, count_age: float = 0.0
) -> SyncedIndex:
    """The index of the algorithm version that this release computes.

    Args:
        settings: where the index is, and its name.
        in_background: whether no caller waits for it.
        count_age: seconds that a count is cached.

    Raises:
        SettingInvalidError: the settings do not say where it is.
    """
    first, *others = (
        build_small_index(dynamodb_client(), s3_client(), settings, in_background=in_background)
        if kind is IndexKind.SMALL
        else _opensearch_index(settings, in_background=in_background, count_age=count_age)
        for kind in settings.indices
    )
    return TwoIndices(first, *others) if others else first


def _opensearch_index(
    settings: FunctionSettings, *, in_background: bool, count_age: float
) -> SyncedIndex:
    if settings.opensearch_endpoint is None:
        raise SettingInvalidError(
            f"The environment is not complete. {PREFIX}OPENSEARCH_ENDPOINT: Field required."
        )
    client = connect(settings.opensearch_endpoint, settings.opensearch_service)
    retries = index_retries(settings.opensearch_service, in_background=in_background)
    return OpenSearchVectors(
        client, ALGORITHM_VERSION, settings.index_alias, retries=retries, count_age=count_age
    )


def index_retries(service: OpenSearchService, *, in_background: bool) -> RetryPolicy:
    """How requests to an index are retried."""
    if service is OpenSearchService.SERVERLESS:
        return _WAKING_BACKGROUND_RETRIES if in_background else _WAKING_SEARCH_RETRIES
    return BACKGROUND_RETRIES if in_background else SEARCH_RETRIES


def build_storage(
    client: DynamoDBClient,
    settings: FunctionSettings,
    drift: Callable[[], Drift],
    *,
    consistent: bool = True,
    put: PutItem = Put,
) -> DynamodbStorage:
    """All stores, for checks and registrations.

    Args:
        client: client of DynamoDB.
        settings: names and addresses.
        drift: the drift that the last reconciliation found.
        consistent: whether reads by key are consistent.
        put: the change that writes a product.
    """
    names = TableNames(
        settings.products_table,
        settings.pictures_table,
        settings.imports_table,
        settings.decisions_table,
        settings.events_table,
    )
    vectors = build_vector_index(settings, count_age=_COUNT_AGE)
    return DynamodbStorage(client, names, vectors, drift, consistent=consistent, put=put)
