"""The ids of all products, read from several parts of a table at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lookalike.storage.dynamodb.attributes import JSON_MAP, TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.further_pictures import ONLY_PRODUCTS
from lookalike.storage.dynamodb.item_changes import Table
from lookalike.storage.dynamodb.schema import ENTITY_ID, PRODUCTS

ATTRIBUTES = "attributes"
_SHOWN: dict[str, Any] = {
    "ProjectionExpression": f"{ENTITY_ID}, #{ATTRIBUTES}",
    "ExpressionAttributeNames": {f"#{ATTRIBUTES}": ATTRIBUTES},
}
"""The name is a reserved word of DynamoDB."""


class ProductSegments:
    """A table of products in parts, none of which has a product of another one.

    Args:
        database: reads items.
        name: of the table.
        segments: how many parts there are.
    """

    def __init__(self, database: DynamodbDatabase, name: str, segments: int) -> None:
        self._database = database
        self._table = Table(name, PRODUCTS)
        self.count = segments

    def entity_ids(
        self, segment: int, attributes: frozenset[tuple[str, str]] = frozenset()
    ) -> Iterator[list[str]]:
        """The ids of a part's products, some thousands at a time, in no order.

        Args:
            segment: number of the part, from 0.
            attributes: that the products have.
        """
        scan = {"Segment": segment, "TotalSegments": self.count, "ConsistentRead": True}
        for page in self._database.pages("scan", self._table, **scan, **ONLY_PRODUCTS, **_SHOWN):
            items = page["Items"]
            yield [TEXT.read(item[ENTITY_ID]) for item in items if _has(item, attributes)]


def _has(item: Item, attributes: frozenset[tuple[str, str]]) -> bool:
    return not attributes or attributes <= JSON_MAP.read(item[ATTRIBUTES]).items()
