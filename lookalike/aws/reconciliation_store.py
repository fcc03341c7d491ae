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
    PartState,
    ReconciliationState,
)
from lookalike.sync.reconciliation_store import ReconciliationStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PARTITION = "#reconcile"
"""Value of the partition key; no import has such an id."""
LAST_ROW = 1
EMBEDDING_ROW = 2
UNFINISHED_ROW = 3
"""Releases without parts have theirs in row 0, and cannot read this one."""
FIRST_PART_ROW = 10
STATE = "reconciliation"
"""The attribute that holds the state as JSON."""
EMBEDDING_RUN = "embedding_run"
"""The attribute that names the last run that embedded stored pictures."""


class DynamodbReconciliationStore(ReconciliationStore):
    """Three items of the imports table, and one for each part.

    Args:
        client: client of DynamoDB.
        table: name of the imports table.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    @override
    def unfinished(self) -> ReconciliationState | None:
        state = self._state(UNFINISHED_ROW)
        return state if state and state.finished_at is None else None

    @override
    def last(self) -> ReconciliationState | None:
        return self._state(LAST_ROW)

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
            self._write(LAST_ROW, STATE, state.model_dump_json())
        self._write(UNFINISHED_ROW, STATE, state.model_dump_json())

    @override
    def embedding_run(self) -> str | None:
        return self._read(EMBEDDING_ROW, EMBEDDING_RUN)

    @override
    def note_embedding_run(self, name: str) -> None:
        self._write(EMBEDDING_ROW, EMBEDDING_RUN, name)

    @override
    def part(self, state: ReconciliationState, number: int) -> PartState:
        found = self._read(FIRST_PART_ROW + number, STATE)
        part = PartState.model_validate_json(found) if found else None
        return part if part and state.has(part) else state.new_part(number)

    @override
    def save_part(self, part: PartState) -> None:
        self._write(FIRST_PART_ROW + part.number, STATE, part.model_dump_json())

    def _state(self, row: int) -> ReconciliationState | None:
        found = self._read(row, STATE)
        return ReconciliationState.model_validate_json(found) if found else None

    def _write(self, row: int, attribute: str, text: str) -> None:
        with translated_errors():
            self._client.put_item(
                TableName=self._table, Item={**_key(row), attribute: TEXT.write(text)}
            )

    def _read(self, row: int, attribute: str) -> str | None:
        with translated_errors():
            answer = self._client.get_item(
                TableName=self._table, Key=_key(row), ConsistentRead=True
            )
        item = answer.get("Item")
        return item[attribute]["S"] if item else None


def _key(row: int) -> Item:
    return {IMPORT_ID: TEXT.write(PARTITION), ROW: INTEGER.write(row)}
