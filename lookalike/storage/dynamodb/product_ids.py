"""The ids of all products of a table, in segments that are read at once."""

from __future__ import annotations

from lookalike.storage.dynamodb.attributes import TEXT
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.further_pictures import ONLY_PRODUCTS
from lookalike.storage.dynamodb.item_changes import Table
from lookalike.storage.dynamodb.schema import ENTITY_ID, PRODUCTS
from lookalike.storage.scan_progress import Cursor

IDS_OF_PAGE = 500
"""Products of a page, at most."""


class ProductIds:
    """The ids of the products of a table.

    Args:
        database: reads the table.
        name: of the table.
    """

    def __init__(self, database: DynamodbDatabase, name: str) -> None:
        self._database = database
        self._table = Table(name, PRODUCTS)

    def of_segment(self, segment: int, segments: int, after: Cursor) -> tuple[list[str], Cursor]:
        """A page of one of some segments, and the cursor of the next one.

        Raises:
            StorageUnavailableError: DynamoDB does not answer.
        """
        start = {"ExclusiveStartKey": after} if after else {}
        part = {"Segment": segment, "TotalSegments": segments, "Limit": IDS_OF_PAGE, **start}
        scan = {"ProjectionExpression": ENTITY_ID, **ONLY_PRODUCTS, **part}
        page = next(self._database.pages("scan", self._table, **scan))
        return [TEXT.read(item[ENTITY_ID]) for item in page["Items"]], page.get("LastEvaluatedKey")
