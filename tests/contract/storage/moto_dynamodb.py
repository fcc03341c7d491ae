"""The storage of AWS on moto: its tables, and a vector index that follows their real stream.

moto keeps everything in this process and locks nothing, so calls of one client are made one after
another here: single calls are then atomic, as DynamoDB's are.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from typing_extensions import override

from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.dynamodb.errors import CLIENT_CONFIG, TABLE_RETRIES
from lookalike.storage.dynamodb.events import DynamodbEvents
from lookalike.storage.dynamodb.items import picture_from
from lookalike.storage.dynamodb.schema import (
    TABLES,
    IndexSchema,
    KeyAttribute,
    TableNames,
    TableSchema,
)
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.interfaces import Drift, Neighbour, VectorIndex
from lookalike.storage.memory.journal import Journal
from lookalike.storage.memory.vectors import MemoryVectors
from lookalike.storage.retries import RetryPolicy
from tests.builders import VERSION

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

NAMES = TableNames(
    products="products",
    pictures="pictures",
    imports="imports",
    decisions="decisions",
    events="events",
)
_CALLING = threading.RLock()


@cache
def a_client(service: str = "dynamodb") -> Any:  # noqa: ANN401 - of whatever service
    """The client of this process that moto answers, one call after another, with invalid keys."""
    client = boto3.session.Session("AKIATEST", "secret", region_name="eu-central-1").client(
        service,  # type: ignore[call-overload]
        # moto does not know the streams' addresses that name an account
        config=CLIENT_CONFIG.merge(Config(account_id_endpoint_mode="disabled")),
    )
    call = client._make_api_call

    def call_alone(*arguments: object) -> object:
        with _CALLING:
            return call(*arguments)

    client._make_api_call = call_alone
    return client


def create_tables(client: DynamoDBClient, names: TableNames = NAMES) -> None:
    """Create the tables as they are deployed."""
    for kind, schema in TABLES.items():
        create_table(client, getattr(names, kind), schema)


def create_table(client: DynamoDBClient, name: str, schema: TableSchema) -> None:
    """Create a table as it is deployed."""
    request: dict[str, Any] = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(schema.key),
        "AttributeDefinitions": _definitions(schema),
    }
    if schema.index:
        request["GlobalSecondaryIndexes"] = [_index(schema.index)]
    if schema.has_stream:
        view = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        request["StreamSpecification"] = view
    client.create_table(**request)


def _key_schema(key: Sequence[KeyAttribute]) -> list[dict[str, str]]:
    kinds = ("HASH", "RANGE")
    return [
        {"AttributeName": part.name, "KeyType": kind}
        for part, kind in zip(key, kinds, strict=False)
    ]


def _definitions(schema: TableSchema) -> list[dict[str, str]]:
    parts = {*schema.key, *(schema.index.key if schema.index else ())}
    return [{"AttributeName": part.name, "AttributeType": part.kind} for part in parts]


def _index(index: IndexSchema) -> dict[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": "ALL"}
    if index.includes is not None:
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.includes)}
    key = _key_schema(index.key)
    return {"IndexName": index.name, "KeySchema": key, "Projection": projection}


class StreamedVectors(VectorIndex):
    """A vector index in memory that reads the stream of the pictures table before it answers.

    It follows what the stream says of a picture that appears or goes; that a picture was only
    seen again is nothing to it.
    """

    def __init__(self, client: DynamoDBClient) -> None:
        self._client = client
        self._streams = a_client("dynamodbstreams")
        self._index = MemoryVectors(Journal(), VERSION)
        self._lock = threading.Lock()
        self._last: str | None = None

    @override
    def add(self, entries: Sequence[VectorEntry]) -> None:
        self._index.add(entries)

    @override
    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        self._follow()
        self._index.remove(fingerprint_ids)

    @override
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        self._follow()
        return self._index.nearest(queries, limit)

    @override
    def count(self) -> int:
        self._follow()
        return self._index.count()

    @property
    def ids(self) -> set[str]:
        """What is searchable."""
        self._follow()
        return self._index.ids

    def _follow(self) -> None:
        with self._lock:
            while records := self._next_records():
                for record in records:
                    self._apply(record)
                self._last = records[-1]["dynamodb"]["SequenceNumber"]

    def _next_records(self) -> list[dict[str, Any]]:
        """From a new iterator each time: moto copies a table, its stream included, to undo."""
        start = (
            {"ShardIteratorType": "TRIM_HORIZON"}
            if self._last is None
            else {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last}
        )
        iterator = self._streams.get_shard_iterator(**self._shard, **start)["ShardIterator"]
        return list(self._streams.get_records(ShardIterator=iterator)["Records"])

    @cached_property
    def _shard(self) -> dict[str, str]:
        """moto has one."""
        arn = self._client.describe_table(TableName=NAMES.pictures)["Table"]["LatestStreamArn"]
        [shard] = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        return {"StreamArn": arn, "ShardId": shard["ShardId"]}

    def _apply(self, record: dict[str, Any]) -> None:
        change = record["dynamodb"]
        if record["eventName"] == "INSERT":
            self._index.add([VectorEntry.of(picture_from(change["NewImage"]).fingerprint)])
        elif record["eventName"] == "REMOVE":
            self._index.remove([change["Keys"]["fingerprint_id"]["S"]])


def a_storage(
    client: DynamoDBClient, vectors: StreamedVectors, retries: RetryPolicy = TABLE_RETRIES
) -> DynamodbStorage:
    """A storage on tables that exist."""

    def drift() -> Drift:
        pages = storage.pictures.pages()
        pictures = (picture for page in pages for picture in page.pictures)
        stored = {p.fingerprint_id for p in pictures if p.version == VERSION}
        return Drift(len(stored - vectors.ids), len(vectors.ids - stored))

    storage = DynamodbStorage(client, NAMES, vectors, drift, retries)
    storage.events = DynamodbEvents(storage._database, NAMES.events, settle=-1)
    return storage
