"""Counting products page by page."""

from __future__ import annotations

from lambdas.shared.storage.dynamodb_changes import Table
from lambdas.shared.storage.dynamodb_database import Database
from lambdas.shared.storage.dynamodb_schema import PRODUCTS


class ProductCount:
    """A count that can be left and gone on with. It costs a read of the whole table.

    Args:
        database: with the table.
        name: of the products table.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._table = Table(name, PRODUCTS)

    def page(self, cursor: str | None) -> tuple[int, str | None]:
        """How many products there are on the next page, and where the one after it begins.

        Raises:
            StorageUnavailableError: the table does not answer.
        """
        start = {} if cursor is None else {"ExclusiveStartKey": self._table.key_item((cursor,))}
        page = next(self._database.pages("scan", self._table, Select="COUNT", **start))
        last = page.get("LastEvaluatedKey")
        return page["Count"], last["entity_id"]["S"] if last else None
