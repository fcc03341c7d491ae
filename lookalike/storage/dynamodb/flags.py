"""Flags of products as items of the table of decisions, in a place of their own."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from typing_extensions import override

from lookalike.storage.dynamodb.attributes import TEXT, Item, read_item, write_item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.item_changes import Delete, Put, Table, require_key
from lookalike.storage.dynamodb.schema import (
    DECISIONS,
    FLAG_ATTRIBUTES,
    FLAGGED_PRODUCTS,
    PAIR_ID,
    PLACE,
)
from lookalike.storage.flags import Flag, FlagStore
from lookalike.storage.refusals import require_unicode


class DynamodbFlags(FlagStore):
    """The flags of a table of decisions. ``page`` lists those of transactions that have ended.

    Args:
        database: reads and writes items.
        name: name of the table.
    """

    def __init__(self, database: DynamodbDatabase, name: str) -> None:
        self._database = database
        self._table = Table(name, DECISIONS)

    @override
    def put(self, flag: Flag) -> None:
        require_unicode([flag.entity_id])
        require_key(flag.entity_id)
        keys = {PLACE: TEXT.write(FLAGGED_PRODUCTS), PAIR_ID: TEXT.write(flag.entity_id)}
        item = write_item(flag, FLAG_ATTRIBUTES) | keys
        self._database.write([Put(self._table, self._table.item_key(item), item)])

    @override
    def remove(self, entity_id: str) -> None:
        self._database.write([self.removal(entity_id)])

    def removal(self, entity_id: str) -> Delete:
        """The change that removes the flag of a product, if it has one."""
        return Delete(self._table, (FLAGGED_PRODUCTS, entity_id))

    @override
    def get_many(self, entity_ids: Iterable[str]) -> dict[str, Flag]:
        keys = [(FLAGGED_PRODUCTS, entity_id) for entity_id in entity_ids]
        found = self._database.get(self._table, keys)
        return {entity_id: _flag_from(item) for (_, entity_id), item in found.items()}

    @override
    def page(self, after: str, limit: int) -> list[Flag]:
        query: dict[str, Any] = {
            "ConsistentRead": True,
            "KeyConditionExpression": f"{PLACE} = :place AND {PAIR_ID} > :after",
            "ExpressionAttributeValues": {
                ":place": TEXT.write(FLAGGED_PRODUCTS),
                ":after": TEXT.write(after or "\0"),
            },
            "Limit": limit,
        }
        items = self._database.items("query", self._table, **query)
        return [_flag_from(item) for item in islice(items, limit)]


def _flag_from(item: Item) -> Flag:
    return Flag(**read_item(item, FLAG_ATTRIBUTES))
