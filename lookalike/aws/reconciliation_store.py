"""Reconciliation states in DynamoDB: beside the import runs, in their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from lookalike.storage.dynamodb.attributes import INTEGER, TEXT, Item
from lookalike.storage.dynamodb.errors import translated_errors
from lookalike.storage.dynamodb.schema import IMPORT_ID, ROW
from lookalike.storage.interfaces import Drift
from lookalike.sync.reconciliation_state import (
    NOT_RECONCILED,
    NotReconciledError,
    ReconciliationState,
    ReconciliationStore,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PARTITION = "#reconcile"
"""Value of the partition key; no import has such an id."""
UNFINISHED_ROW = 0
LAST_ROW = 1
STATE = "reconciliation"
"""The attribute that holds the state as JSON."""


class DynamodbReconciliationStore(ReconciliationStore):
    """Two items of the imports table.

    Args:
        client: client of DynamoDB.
        table: name of the imports table.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    @override
    def unfinished(self) -> ReconciliationState | None:
        state = self._read(UNFINISHED_ROW)
        return state if state and state.finished_at is None else None

    @override
    def last(self) -> ReconciliationState | None:
        return self._read(LAST_ROW)

    def drift(self) -> Drift:
        """The drift that the last finished reconciliation found.

        Raises:
            NotReconciledError: none has finished yet.
            StorageUnavailableError: the table does not answer.
        """
        last = self.last()
        if last is None:
            raise NotReconciledError(NOT_RECONCILED)
        return Drift(last.behind, last.ahead)

    @override
    def save(self, state: ReconciliationState) -> None:
        if state.finished_at is not None:
            self._write(LAST_ROW, state)
        self._write(UNFINISHED_ROW, state)

    def _write(self, row: int, state: ReconciliationState) -> None:
        with translated_errors():
            self._client.put_item(
                TableName=self._table,
                Item={**_key(row), STATE: TEXT.write(state.model_dump_json())},
            )

    def _read(self, row: int) -> ReconciliationState | None:
        with translated_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=_key(row), ConsistentRead=True
            )
        item = answer.get("Item")
        return ReconciliationState.model_validate_json(item[STATE]["S"]) if item else None


def _key(row: int) -> Item:
    return {IMPORT_ID: TEXT.write(PARTITION), ROW: INTEGER.write(row)}
