"""Counting products page by page."""

from __future__ import annotations

from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.item_changes import Table
from lookalike.storage.dynamodb.schema import PRODUCTS


class ProductCount:
    """A count that can be left and gone on with. It costs a read of the whole table.

    Args:
        database: with the table.
        name: of the products table.
    """

    def __init__(self, database: DynamodbDatabase, name: str) -> None:
        self._database = database
        self._table = Table(name, PRODUCTS)

    def page(self, cursor: str | None) -> tuple[int, str | None]:
        """How many products there are on the next page, and where the one after it begins.

        Raises:
            StorageUnavailableError: the table does not answer.
        """
        start = (
            {} if cursor is None else {"ExclusiveStartKey": self._table.key_attributes((cursor,))}
        )
        page = next(self._database.pages("scan", self._table, Select="COUNT", **start))
        last = page.get("LastEvaluatedKey")
        return page["Count"], last["entity_id"]["S"] if last else None
