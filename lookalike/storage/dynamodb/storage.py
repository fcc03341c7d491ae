"""Storage on AWS: DynamoDB for the truth, and a vector index that follows its stream."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from typing_extensions import override

from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.imports import DynamodbImports
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts
from lookalike.storage.dynamodb.schema import TableNames
from lookalike.storage.interfaces import Drift, Storage, VectorIndex
from lookalike.storage.retries import RetryPolicy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamodbStorage(Storage):
    """The tables of a deployment, and the vector index that is derived from them.

    A transaction writes at its end, as one, at most 100 items and 4 MB: a registration is two
    items, a product and its picture. Of two that write the same item at once, the later wins;
    neither waits for the other meanwhile. An error of its end means that nothing was written,
    unless DynamoDB did not answer: then all may have been, and the same again does no harm.

    The stream of the pictures table brings what is put and swept into ``vectors``, moments later.

    Args:
        client: of DynamoDB, with ``CLIENT_CONFIG``.
        tables: their names.
        vectors: the index.
        drift: how far the index was off when it was last compared with the pictures.
        retries: for what DynamoDB leaves undone.
        consistent: whether reading by key shows what was written until then.
    """

    pictures: DynamodbPictures

    def __init__(  # noqa: PLR0913 - what it is made of, and two settings by name
        self,
        client: DynamoDBClient,
        tables: TableNames,
        vectors: VectorIndex,
        drift: Callable[[], Drift],
        retries: RetryPolicy = TABLE_RETRIES,
        *,
        consistent: bool = True,
    ) -> None:
        self._database = DynamodbDatabase(client, retries, consistent=consistent)
        self._drift = drift
        products = DynamodbProducts(self._database, tables.products)
        self.products = products
        self.pictures = DynamodbPictures(self._database, tables.pictures, products)
        self.vectors = vectors
        self.imports = DynamodbImports(self._database, tables.imports)

    @override
    def transaction(self) -> AbstractContextManager[None]:
        return self._database.transaction()

    @override
    def drift(self) -> Drift:
        return self._drift()

    @override
    def close(self) -> None:
        self._database.close()
