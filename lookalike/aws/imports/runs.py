"""Import runs of a deployment: counted by many functions at once, each batch exactly once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lookalike.aws.imports.counting import AlreadyCountedError, Count, Counted, Mark, mark_row
from lookalike.aws.imports.files import Source
from lookalike.errors import UnknownImportError
from lookalike.imports.batch import Batch
from lookalike.imports.kept_failures import shortened
from lookalike.storage.dynamodb.attributes import INTEGER, NUMBER, TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import (
    TABLE_RETRIES,
    UNMET_CONDITION,
    error_code,
    translated_errors,
)
from lookalike.storage.dynamodb.item_changes import Delete, ItemChange, Key, Put, Table
from lookalike.storage.dynamodb.items import failure_item, run_from, run_item
from lookalike.storage.dynamodb.schema import IMPORTS, RUN_ROW, RUNS_EXPIRE_AT
from lookalike.storage.import_runs import FailedRow, ImportRun
from lookalike.storage.retries import RetryPolicy
from lookalike.storage.run_state import RunState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_SECONDS = 30 * 24 * 60 * 60
"""How long runs and failed rows are kept: the table forgets them by their time to live."""
_ATTEMPT = "attempt"
_SOURCE = "source"
_FAILURES_AT_ONCE = 50
_RUNNING = {":running": TEXT.write(RunState.RUNNING.value)}
_COUNTING_RETRIES = RetryPolicy(deadline=60, longest_pause=2)
"""All functions of an import count on one item, and get in each other's way."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A run, and how often it was begun or resumed.

    Attributes:
        run: the run as it is stored.
        number: 1 at first; another execution of the state machine works on each.
        source: where the catalogue is.
    """

    run: ImportRun
    number: int
    source: Source


class ImportRuns:
    """The import runs of a table, for functions that work on one at the same time.

    Args:
        client: client of DynamoDB.
        table: name of the table.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self, client: DynamoDBClient, table: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._client = client
        self._table = Table(table, IMPORTS)
        self._database = DynamodbDatabase(client, TABLE_RETRIES)
        self._counting = DynamodbDatabase(client, _COUNTING_RETRIES)
        self._clock = clock

    def create(self, run: ImportRun, source: Source) -> None:
        """Store a new run."""
        self._put([
            run_item(run)
            | {_ATTEMPT: INTEGER.write(1), _SOURCE: TEXT.write(f"{source.bucket}/{source.key}")}
        ])  # fmt: skip

    def get(self, import_id: str) -> Attempt:
        """The run and its attempt.

        Raises:
            UnknownImportError: there is no run of that id.
        """
        found = self._database.read(self._table, [(import_id, str(RUN_ROW))])
        if not found:
            raise UnknownImportError(f"There is no import {import_id!r}.")
        [item] = found.values()
        bucket, _, key = TEXT.read(item[_SOURCE]).partition("/")
        return Attempt(run_from(item), int(INTEGER.read(item[_ATTEMPT])), Source(bucket, key))

    def begin(self, attempt: Attempt, total: int, rows_before: int) -> bool:
        """Store how many rows there are, and that loading begins; whether the run still runs."""
        return self._change(
            attempt,
            "SET #total = :total, started_at = :now, rows_before = :before",
            {
                ":total": INTEGER.write(total),
                ":now": NUMBER.write(self._clock()),
                ":before": INTEGER.write(rows_before),
            },
            {"#total": "total"},
        )

    def end(self, attempt: Attempt, state: RunState, detail: str = "") -> bool:
        """End a run, unless it has ended or goes on in another attempt; whether it has."""
        return self._change(
            attempt,
            "SET #state = :state, finished_at = :now, detail = :detail",
            {
                ":state": TEXT.write(state.value),
                ":now": NUMBER.write(self._clock()),
                ":detail": TEXT.write(detail),
            },
        )

    def resume(self, attempt: Attempt) -> bool:
        """Let a run go on that has ended; whether it was this attempt that had."""
        values = {
            ":next": INTEGER.write(attempt.number + 1),
            ":none": {"NULL": True},
            ":empty": TEXT.write(""),
        }
        update = (
            "SET #state = :running, attempt = :next, finished_at = :none, started_at = :none, "
            "detail = :empty"
        )
        return self._change(attempt, update, values, condition="#state <> :running")

    def is_settled(self, import_id: str, number: int) -> bool:
        """Return whether a batch was counted."""
        return bool(
            self._database.read(self._table, [(import_id, mark_row(number, Counted.LOADED))])
        )

    def settle(self, import_id: str, number: int, batch: Batch) -> None:
        """Count a batch, and keep its failures. Twice is the same as once."""
        self.add_failures(import_id, batch.refused)
        counts = {"done": batch.done, "unchanged": batch.unchanged, "failed": len(batch.failures)}
        self._count_once((import_id, mark_row(number, Counted.LOADED)), counts)

    def refuse(self, import_id: str, number: int, failures: Sequence[FailedRow]) -> None:
        """Count and keep rows that are in no batch; they are among those that this one is of."""
        self.add_failures(import_id, failures)
        mark = mark_row(number, Counted.REFUSED)
        self._count_once((import_id, mark), {"failed": len(failures)})

    def take_back(self, import_id: str, number: int, rows: Sequence[int]) -> None:
        """Forget that rows of a batch have failed, since they are tried again."""
        gone = [Delete(self._table, (import_id, str(row))) for row in rows]
        mark = mark_row(number, Counted.TAKEN_BACK)
        self._count_once((import_id, mark), {"failed": -len(rows)}, gone)

    def add_failures(self, import_id: str, failures: Sequence[FailedRow]) -> None:
        """Keep failed rows; one with the same number is replaced."""
        for start in range(0, len(failures), _FAILURES_AT_ONCE):
            part = failures[start : start + _FAILURES_AT_ONCE]
            items = {row.row: failure_item(import_id, shortened(row)) for row in part}
            self._put(items.values())

    def _put(self, items: Iterable[Item]) -> None:
        until = INTEGER.write(int(self._clock()) + KEPT_SECONDS)
        with self._database.transaction():
            self._database.write([
                Put(self._table, self._table.item_key(item), item | {RUNS_EXPIRE_AT: until})
                for item in items
            ])  # fmt: skip

    def _count_once(
        self, mark: Key, counts: Mapping[str, int], others: Sequence[ItemChange] = ()
    ) -> None:
        until = INTEGER.write(int(self._clock()) + KEPT_SECONDS)
        item = self._table.key_attributes(mark) | {RUNS_EXPIRE_AT: until}
        run = (mark[0], str(RUN_ROW))
        changes = [Mark(self._table, mark, item), Count(self._table, run, counts), *others]
        try:
            with self._counting.transaction():
                self._counting.write(changes)
        except AlreadyCountedError:
            return

    def _change(
        self,
        attempt: Attempt,
        update: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
        condition: str = "#state = :running",
    ) -> bool:
        """Change the item of a run, if it is in that attempt and meets the condition."""
        with translated_errors():
            try:
                self._client.update_item(
                    TableName=self._table.name,
                    Key=self._table.key_attributes((attempt.run.import_id, str(RUN_ROW))),
                    UpdateExpression=update,
                    ConditionExpression=f"{condition} AND attempt = :attempt",
                    ExpressionAttributeNames={"#state": "state", **(names or {})},
                    ExpressionAttributeValues={
                        ":attempt": INTEGER.write(attempt.number),
                        **_RUNNING,
                        **values,
                    },
                )
            except ClientError as error:
                if error_code(error) != f"{UNMET_CONDITION}Exception":
                    raise
                return False
        return True
