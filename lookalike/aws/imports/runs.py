"""Import runs of a deployment: counted by many functions at once, each batch exactly once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lookalike.aws.counting import Counted, mark_row
from lookalike.aws.imports.files import Source
from lookalike.aws.imports.run_end import ATTEMPT, EndRun, RunEndedError
from lookalike.aws.run_items import RunItems
from lookalike.errors import UnknownImportError
from lookalike.imports.batch import Batch
from lookalike.imports.finished_event import finished_events
from lookalike.imports.kept_failures import shortened
from lookalike.storage.dynamodb.attributes import INTEGER, NUMBER, TEXT
from lookalike.storage.dynamodb.events import DynamodbEvents
from lookalike.storage.dynamodb.item_changes import Delete, ItemChange, Key
from lookalike.storage.dynamodb.items import failure_item, run_from, run_item
from lookalike.storage.dynamodb.listed_runs import listed_item
from lookalike.storage.dynamodb.schema import RUN_ROW
from lookalike.storage.import_runs import FailedRow, ImportRun
from lookalike.storage.run_state import RunState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SOURCE = "source"
_FAILURES_AT_ONCE = 50


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

    def is_at_work(self, number: int) -> bool:
        """Return whether the execution of that attempt is the one that works on the run."""
        return self.run.state is RunState.RUNNING and self.number == number


class ImportRuns:
    """The import runs of a table, for functions that work on one at the same time.

    Args:
        client: client of DynamoDB.
        table: name of the table.
        events: name of the table of events, in which the end of each run is told.
        clock: seconds since the epoch (UTC).
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        events: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._items = RunItems(client, table, clock)
        self._events = DynamodbEvents(self._items.database, events, clock)

    def create(self, run: ImportRun, source: Source) -> None:
        """Store a new run."""
        own = {ATTEMPT: INTEGER.write(1), _SOURCE: TEXT.write(f"{source.bucket}/{source.key}")}
        self._items.put([run_item(run) | own, listed_item(run)])

    def get(self, import_id: str) -> Attempt:
        """The run and its attempt.

        Raises:
            UnknownImportError: there is no run of that id.
        """
        item = self._items.read(_key(import_id))
        if item is None:
            raise UnknownImportError(f"There is no import {import_id!r}.")
        bucket, _, key = TEXT.read(item[_SOURCE]).partition("/")
        return Attempt(run_from(item), int(INTEGER.read(item[ATTEMPT])), Source(bucket, key))

    def begin(self, attempt: Attempt, total: int, rows_before: int) -> bool:
        """Store how many rows there are, and that loading begins; whether the run still runs."""
        return self._change(
            attempt,
            "SET #total = :total, started_at = :now, rows_before = :before",
            {
                ":total": INTEGER.write(total),
                ":now": NUMBER.write(self._items.clock()),
                ":before": INTEGER.write(rows_before),
            },
            {"#total": "total"},
        )

    def end(self, attempt: Attempt, state: RunState, detail: str = "") -> bool:
        """End a run and tell of it, unless it has ended or goes on in another attempt; whether so.

        The event is written with the end, or neither is.
        """
        now, run = self._items.clock(), self.get(attempt.run.import_id).run
        ended = replace(run, state=state, finished_at=now, detail=detail)
        end = EndRun(self._items.table, _key(run.import_id), attempt.number, state, now, detail)
        try:
            with self._items.database.transaction():
                self._items.database.write([end])
                self._events.add(finished_events(ended, now))
        except RunEndedError:
            return False
        return True

    def give_up(self, attempt: Attempt, detail: str) -> None:
        """Say why a run fails, which its last step then ends."""
        self._change(attempt, "SET detail = :detail", {":detail": TEXT.write(detail)})

    def note_deletions(self, attempt: Attempt, deletions: int) -> None:
        """Store how many products a dry run would delete."""
        self._change(attempt, "SET deleted = :deleted", {":deleted": INTEGER.write(deletions)})

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
        mark = import_id, mark_row(number, Counted.LOADED)
        return self._items.read(mark) is not None

    def settle(self, import_id: str, number: int, batch: Batch) -> None:
        """Count a batch, and keep its failures. Twice is the same as once."""
        self.add_failures(import_id, batch.refused)
        counts = {"done": batch.done, "unchanged": batch.unchanged, "failed": len(batch.failures)}
        self._count_once((import_id, mark_row(number, Counted.LOADED)), counts)

    def settle_deletions(self, import_id: str, number: int, deleted: int) -> None:
        """Count a batch of products that are deleted. Twice is the same as once."""
        self._count_once((import_id, mark_row(number, Counted.LOADED)), {"deleted": deleted})

    def refuse(self, import_id: str, number: int, failures: Sequence[FailedRow]) -> None:
        """Count and keep rows that are in no batch; they are among those that this one is of."""
        self.add_failures(import_id, failures)
        mark = mark_row(number, Counted.REFUSED)
        self._count_once((import_id, mark), {"failed": len(failures)})

    def take_back(self, import_id: str, number: int, rows: Sequence[int]) -> None:
        """Forget that rows of a batch have failed, since they are tried again."""
        gone = [Delete(self._items.table, (import_id, str(row))) for row in rows]
        mark = mark_row(number, Counted.TAKEN_BACK)
        self._count_once((import_id, mark), {"failed": -len(rows)}, gone)

    def add_failures(self, import_id: str, failures: Sequence[FailedRow]) -> None:
        """Keep failed rows; one with the same number is replaced."""
        for start in range(0, len(failures), _FAILURES_AT_ONCE):
            part = failures[start : start + _FAILURES_AT_ONCE]
            items = {row.row: failure_item(import_id, shortened(row)) for row in part}
            self._items.put(items.values())

    def _count_once(
        self, mark: Key, counts: Mapping[str, int], others: Sequence[ItemChange] = ()
    ) -> None:
        self._items.count_once(mark, _key(mark[0]), counts, others)

    def _change(
        self,
        attempt: Attempt,
        update: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
        condition: str = "#state = :running",
    ) -> bool:
        """Change the item of a run, if it is in that attempt and meets the condition."""
        return self._items.change(
            _key(attempt.run.import_id),
            update,
            {":attempt": INTEGER.write(attempt.number), **values},
            names,
            f"{condition} AND attempt = :attempt",
        )


def _key(import_id: str) -> Key:
    return import_id, str(RUN_ROW)
