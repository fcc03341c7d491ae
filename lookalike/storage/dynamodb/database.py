"""The tables as one database: consistent reads, and the transaction of a thread.

DynamoDB has no open transactions; it writes up to 100 items as one (``TransactWriteItems``). So a
transaction here collects its changes, applies them to what its own thread reads, and writes them at
its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from lookalike.errors import StorageUnavailableError
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.errors import BUSY, translated_errors
from lookalike.storage.dynamodb.item_changes import ItemChange, Key, Table, is_key
from lookalike.storage.dynamodb.writer import Writer
from lookalike.storage.retries import RetryPolicy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

_READ_BATCH_SIZE = 100
"""Keys that one ``BatchGetItem`` takes."""

_Unit = dict[tuple[Table, Key], ItemChange]


class DynamodbDatabase:
    """Tables of DynamoDB. Safe to use from several threads.

    Args:
        client: client of DynamoDB.
        retries: for what DynamoDB leaves undone.
        consistent: whether reads by key are consistent. Reads that may miss the writes of the last
            second cost half as much.
    """

    def __init__(
        self, client: DynamoDBClient, retries: RetryPolicy, *, consistent: bool = True
    ) -> None:
        self._client = client
        self._retries = retries
        self._consistent = consistent
        self._writer = Writer(client, retries)
        self._own = threading.local()

    @property
    def in_transaction(self) -> bool:
        """True if this thread has begun a transaction."""
        return self._unit is not None

    def pending(self, table: Table) -> dict[Key, ItemChange]:
        """The changes of this thread's transaction in a table so far."""
        unit = self._unit or {}
        return {key: change for (place, key), change in unit.items() if place == table}

    def read(self, table: Table, keys: Iterable[Key]) -> dict[Key, Item]:
        """The stored items, by key. An impossible key has no item."""
        wanted = iter({key for key in keys if all(map(is_key, key))})
        found = dict[Key, Item]()
        with translated_errors():
            while chunk := list(islice(wanted, _READ_BATCH_SIZE)):
                items = self._read_chunk(table, chunk)
                found.update((table.item_key(item), item) for item in items)
        return found

    def get(self, table: Table, keys: Iterable[Key]) -> dict[Key, Item]:
        """The items as this thread sees them: stored, with the changes of its transaction."""
        wanted = set(keys)
        found = self.read(table, wanted)
        for key, change in self.pending(table).items():
            item = change.after(found.pop(key, None))
            if key in wanted and item is not None:
                found[key] = item
        return found

    def pages(
        self, operation: Literal["query", "scan"], table: Table, **parameters: object
    ) -> Iterator[dict[str, Any]]:
        """The pages of a query or a scan, read lazily."""
        ask: Callable[..., dict[str, Any]] = getattr(self._client, operation)
        with translated_errors():
            while True:
                page = ask(TableName=table.name, **parameters)
                yield page
                if "LastEvaluatedKey" not in page:
                    return
                parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def items(
        self, operation: Literal["query", "scan"], table: Table, **parameters: object
    ) -> Iterator[Item]:
        """The stored items, read lazily, without those that this thread's transaction changes."""
        pending = self.pending(table)
        for page in self.pages(operation, table, **parameters):
            yield from (item for item in page["Items"] if table.item_key(item) not in pending)

    def written(self, table: Table) -> list[Item]:
        """The items that this thread's transaction puts."""
        items = (change.after(None) for change in self.pending(table).values())
        return [item for item in items if item is not None]

    def count(self, table: Table, where: Callable[[Item], bool], **scan: object) -> int:
        """The number of items as this thread sees them, by reading all; as of moments ago.

        Args:
            table: the table.
            where: the filter of the scan, for items that this thread's transaction changes.
            scan: parameters of the scan.
        """
        pages = self.pages("scan", table, Select="COUNT", **scan)
        stored = sum(int(page["Count"]) for page in pages)
        changed = self.pending(table)
        before = self.read(table, changed).values()
        after = self.get(table, changed).values()
        return stored + sum(map(where, after)) - sum(map(where, before))

    def write(self, changes: Sequence[ItemChange]) -> None:
        """Write at the end of the transaction; outside of one at once, one by one, in order."""
        unit = self._unit
        if unit is not None:
            unit.update({(change.table, change.key): change for change in changes})
            return
        for change in changes:
            self._writer.commit([change])

    def remove(self, table: Table, key: Key, condition: str, **values: Item) -> bool:
        """Delete an item at once, outside of transactions; see ``Writer.remove``."""
        return self._writer.remove(table, key, condition, **values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write at the end, or nothing after an exception. An inner one joins the outer at its end.

        Raises:
            LookalikeError: see ``Writer.commit``.
        """
        outer = self._unit
        self._own.unit = inner = dict(outer or {})
        try:
            yield
        finally:
            self._own.unit = outer
        if outer is None:
            self._writer.commit(list(inner.values()))
        else:
            outer.update(inner)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def _unit(self) -> _Unit | None:
        """The changes of this thread's transaction."""
        return getattr(self._own, "unit", None)

    def _read_chunk(self, table: Table, keys: Sequence[Key]) -> Iterator[Item]:
        """Read until no key is left unprocessed, which happens under load and beyond 16 MB."""
        keys_of_items = [table.key_attributes(key) for key in keys]
        request: Any = {table.name: {"Keys": keys_of_items, "ConsistentRead": self._consistent}}
        for _ in self._retries.attempts():
            answer = self._client.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(table.name, [])
            request = answer["UnprocessedKeys"]
            if not request:
                return
        raise StorageUnavailableError(BUSY)
