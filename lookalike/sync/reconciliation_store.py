"""Where comparisons of table and index are kept: beside the imports, in their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lookalike.storage.dynamodb.errors import translated
from lookalike.storage.dynamodb.items import Item
from lookalike.storage.interfaces import Drift
from lookalike.sync.reconciliation import NOT_COMPARED, NotComparedError, Reconciliation

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RUN_ID = "#reconcile"
"""The partition that this is kept in; no import has such an id."""
UNDER_WAY = 0
LAST = 1


class Reconciliations:
    """Keeps the comparison that is under way, and the last one that reached its end.

    Args:
        client: of DynamoDB.
        table: name of the imports table.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def under_way(self) -> Reconciliation | None:
        """The one to go on with.

        Raises:
            StorageUnavailableError: the table does not answer.
        """
        state = self._read(UNDER_WAY)
        return state if state and state.finished_at is None else None

    def last(self) -> Reconciliation | None:
        """The last that reached its end.

        Raises:
            StorageUnavailableError: the table does not answer.
        """
        return self._read(LAST)

    def drift(self) -> Drift:
        """What the last that reached its end found.

        Raises:
            NotComparedError: none has.
            StorageUnavailableError: the table does not answer.
        """
        last = self.last()
        if last is None:
            raise NotComparedError(NOT_COMPARED)
        return Drift(last.behind, last.ahead)

    def save(self, state: Reconciliation) -> None:
        """Keep how it stands; one that has ended is no longer under way.

        Raises:
            StorageUnavailableError: the table does not answer.
        """
        if state.finished_at is not None:
            self._write(LAST, state)
        self._write(UNDER_WAY, state)

    def _write(self, row: int, state: Reconciliation) -> None:
        with translated():
            self._client.put_item(
                TableName=self._table,
                Item={**_key(row), "reconciliation": {"S": state.model_dump_json()}},
            )

    def _read(self, row: int) -> Reconciliation | None:
        with translated():
            answer = self._client.get_item(
                TableName=self._table, Key=_key(row), ConsistentRead=True
            )
        item = answer.get("Item")
        return Reconciliation.model_validate_json(item["reconciliation"]["S"]) if item else None


def _key(row: int) -> Item:
    return {"import_id": {"S": RUN_ID}, "row": {"N": str(row)}}
