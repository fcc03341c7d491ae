"""Import runs in dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from typing_extensions import override

from lookalike.errors import UnknownImportError
from lookalike.storage.import_runs import FailedRow, ImportRun, ImportStore
from lookalike.storage.memory.journal import Journal
from lookalike.storage.refusals import require_unicode
from lookalike.storage.run_state import RunState


class MemoryImports(ImportStore):
    """Import runs in a dictionary, and their failed rows by number."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._runs: dict[str, ImportRun] = {}
        self._failures: dict[str, dict[int, FailedRow]] = {}

    @override
    def put(self, run: ImportRun) -> None:
        require_unicode([run.import_id])
        with self._journal.transaction():
            self._set(run.import_id, run)

    @override
    def get(self, import_id: str) -> ImportRun:
        require_unicode([import_id])
        run = self._runs.get(import_id)
        if run is None:
            raise UnknownImportError(f"There is no import {import_id!r}.")
        return run

    @override
    def running(self) -> list[ImportRun]:
        with self._journal.transaction():
            runs = [run for run in self._runs.values() if run.state is RunState.RUNNING]
        return sorted(runs, key=lambda run: (run.created_at, run.import_id))

    @override
    def newest(self, limit: int) -> list[ImportRun]:
        with self._journal.transaction():
            runs = list(self._runs.values())
        return sorted(runs, key=lambda run: (run.created_at, run.import_id), reverse=True)[:limit]

    @override
    def add_failures(self, import_id: str, rows: Sequence[FailedRow]) -> None:
        for row in rows:
            require_unicode([row.entity_id, row.image_url, row.code, row.detail])
        with self._journal.transaction():
            self.get(import_id)
            for row in rows:
                self._set_failure(import_id, row.row, row)

    @override
    def failures(self, import_id: str, *, after: int = -1, limit: int = 100) -> list[FailedRow]:
        self.get(import_id)
        with self._journal.transaction():
            rows = self._failures.get(import_id, {})
            numbers = sorted(number for number in rows if number > after)
            return [rows[number] for number in numbers[:limit]]

    @override
    def sweep(self, finished_before: float) -> int:
        with self._journal.transaction():
            doomed = [
                key
                for key, run in self._runs.items()
                if run.finished_at is not None and run.finished_at < finished_before
            ]
            for key in doomed:
                for number in list(self._failures.get(key, ())):
                    self._set_failure(key, number, None)
                self._set(key, None)
            return len(doomed)

    def _set(self, import_id: str, run: ImportRun | None) -> None:
        old = self._runs.pop(import_id, None)
        if run:
            self._runs[import_id] = run
        self._journal.record(partial(self._set, import_id, old))

    def _set_failure(self, import_id: str, number: int, row: FailedRow | None) -> None:
        rows = self._failures.setdefault(import_id, {})
        old = rows.pop(number, None)
        if row:
            rows[number] = row
        self._journal.record(partial(self._set_failure, import_id, number, old))
