"""Import runs and their failed rows as items of a DynamoDB table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from typing_extensions import override

from lookalike.errors import UnknownImportError
from lookalike.storage.dynamodb.attributes import INTEGER, TEXT, Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.item_changes import Delete, Put, Table, require_key
from lookalike.storage.dynamodb.items import (
    failure_from,
    failure_item,
    row_number,
    run_from,
    run_item,
)
from lookalike.storage.dynamodb.listed_runs import (
    LISTED,
    is_listed,
    listed_item,
    listed_key,
    listed_run,
)
from lookalike.storage.dynamodb.schema import IMPORT_ID, IMPORTS, ROW, RUN_ROW
from lookalike.storage.import_runs import FailedRow, ImportRun, ImportStore
from lookalike.storage.refusals import require_unicode
from lookalike.storage.run_state import RunState

_ALL = 2**31 - 1
_A_PAGE = 1_000
"""Runs that are listed by one request."""


class DynamodbImports(ImportStore):
    """The import runs of a table. ``running`` and ``sweep`` read all runs, ``newest`` only those.

    Args:
        database: reads and writes items.
        name: name of the table.
    """

    def __init__(self, database: DynamodbDatabase, name: str) -> None:
        self._database = database
        self._table = Table(name, IMPORTS)

    @override
    def put(self, run: ImportRun) -> None:
        require_unicode([run.import_id])
        require_key(run.import_id)
        self._put([run_item(run), listed_item(run)])

    @override
    def get(self, import_id: str) -> ImportRun:
        require_unicode([import_id])
        found = self._database.get(self._table, [(import_id, str(RUN_ROW))])
        if not found:
            raise UnknownImportError(f"There is no import {import_id!r}.")
        [item] = found.values()
        return run_from(item)

    @override
    def running(self) -> list[ImportRun]:
        running = [run for run in self._runs() if run.state is RunState.RUNNING]
        return sorted(running, key=_age)

    @override
    def newest(self, limit: int) -> list[ImportRun]:
        runs = sorted(self._runs(limit), key=_age, reverse=True)
        return runs[:limit]

    @override
    def sweep(self, finished_before: float) -> int:
        doomed = [
            run
            for run in self._runs()
            if run.finished_at is not None and run.finished_at < finished_before
        ]
        for run in doomed:
            numbers = [failed.row for failed in self.failures(run.import_id, limit=_ALL)]
            keys = [(run.import_id, str(number)) for number in (*numbers, RUN_ROW)]
            self._database.write([Delete(self._table, key) for key in (*keys, listed_key(run))])
        return len(doomed)

    def _runs(self, limit: int = _ALL) -> list[ImportRun]:
        """The newest runs, in no order; those that have expired are left out."""
        stored = self._database.items(
            "query",
            self._table,
            ConsistentRead=True,
            ScanIndexForward=False,
            Limit=min(limit, _A_PAGE),
            KeyConditionExpression=f"{IMPORT_ID} = :listed",
            ExpressionAttributeValues={":listed": TEXT.write(LISTED)},
        )
        listed = [*islice(stored, limit), *filter(is_listed, self._database.written(self._table))]
        keys = [(listed_run(item), str(RUN_ROW)) for item in listed]
        return [run_from(item) for item in self._database.get(self._table, keys).values()]

    @override
    def add_failures(self, import_id: str, rows: Sequence[FailedRow]) -> None:
        for row in rows:
            require_unicode([row.entity_id, row.image_url, row.code, row.detail])
        self.get(import_id)
        items = {row.row: failure_item(import_id, row) for row in rows}
        self._put(items.values())

    @override
    def failures(self, import_id: str, *, after: int = -1, limit: int = 100) -> list[FailedRow]:
        self.get(import_id)
        stored = self._database.items(
            "query",
            self._table,
            ConsistentRead=True,
            Limit=limit,
            KeyConditionExpression=f"{IMPORT_ID} = :import_id AND #row > :after",
            ExpressionAttributeNames={"#row": ROW},
            ExpressionAttributeValues={
                ":import_id": TEXT.write(import_id),
                ":after": INTEGER.write(max(after, RUN_ROW)),
            },
        )
        written = [
            item
            for item in self._database.written(self._table)
            if TEXT.read(item[IMPORT_ID]) == import_id and row_number(item) > max(after, RUN_ROW)
        ]
        items = sorted([*islice(stored, limit), *written], key=row_number)
        return [failure_from(item) for item in items[:limit]]

    def _put(self, items: Iterable[Item]) -> None:
        self._database.write([Put(self._table, self._table.item_key(item), item) for item in items])


def _age(run: ImportRun) -> tuple[float, str]:
    return run.created_at, run.import_id
