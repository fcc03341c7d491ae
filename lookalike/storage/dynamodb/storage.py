"""Storage on AWS: DynamoDB stores, and a vector index follows its stream."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from typing_extensions import override

from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.decisions import DynamodbDecisions
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.events import DynamodbEvents
from lookalike.storage.dynamodb.flags import DynamodbFlags
from lookalike.storage.dynamodb.imports import DynamodbImports
from lookalike.storage.dynamodb.item_changes import Put
from lookalike.storage.dynamodb.pictures import DynamodbPictures
from lookalike.storage.dynamodb.products import DynamodbProducts, PutItem
from lookalike.storage.dynamodb.schema import TableNames
from lookalike.storage.interfaces import Drift, Storage, VectorIndex
from lookalike.storage.retries import RetryPolicy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamodbStorage(Storage):
    """The tables of a deployment, and the vector index that is derived from them.

    A transaction writes at its end, as one, at most 100 items and 4 MB. A registration writes three
    items, a product, its picture and an event, and two more for each further picture. Where two
    transactions write the same item at once, the later one wins; neither waits for the other. After
    an error at its end, nothing was written, unless DynamoDB did not answer: then everything may
    have been, and repeating it does no harm.

    The stream of the pictures table brings puts and sweeps into ``vectors``, moments later.

    Args:
        client: client of DynamoDB, with ``CLIENT_CONFIG``.
        tables: names of the tables.
        vectors: the index.
        drift: returns the drift that the last reconciliation found.
        retries: for what DynamoDB leaves undone.
        consistent: whether reads by key are consistent.
        put: as of ``DynamodbProducts``.
    """

    pictures: DynamodbPictures

    def __init__(  # noqa: PLR0913 - its parts, and two settings by name
        self,
        client: DynamoDBClient,
        tables: TableNames,
        vectors: VectorIndex,
        drift: Callable[[], Drift],
        retries: RetryPolicy = TABLE_RETRIES,
        *,
        consistent: bool = True,
        put: PutItem = Put,
    ) -> None:
        self._database = DynamodbDatabase(client, retries, consistent=consistent)
        self._drift = drift
        self.flags = DynamodbFlags(self._database, tables.decisions)
        products = DynamodbProducts(self._database, tables.products, flags=self.flags, put=put)
        self.products = products
        self.pictures = DynamodbPictures(self._database, tables.pictures, products)
        self.vectors = vectors
        self.imports = DynamodbImports(self._database, tables.imports)
        self.decisions = DynamodbDecisions(self._database, tables.decisions)
        self.events = DynamodbEvents(self._database, tables.events)

    @override
    def transaction(self) -> AbstractContextManager[None]:
        return self._database.transaction()

    @override
    def drift(self) -> Drift:
        return self._drift()

    @override
    def close(self) -> None:
        self._database.close()
