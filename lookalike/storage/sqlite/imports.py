"""Import runs and their failed rows in SQLite tables."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from lookalike.errors import UnknownImportError
from lookalike.storage.import_runs import FailedRow, ImportRun, ImportStore
from lookalike.storage.run_state import RunState
from lookalike.storage.sqlite.columns import FAILURE, RUN, Row
from lookalike.storage.sqlite.database import SqliteDatabase

_PUT = f"""
INSERT INTO import_runs ({RUN.names}) VALUES ({RUN.placeholders})
ON CONFLICT (import_id) DO UPDATE SET ({RUN.names}) = ({RUN.excluded})
"""  # noqa: S608 - column names of our own
_GET = f"SELECT {RUN.names} FROM import_runs WHERE import_id = ?"  # noqa: S608 - as above
_RUNNING = (
    f"SELECT {RUN.names} FROM import_runs WHERE state = ? "  # noqa: S608 - as above
    "ORDER BY created_at, import_id"
)
_NEWEST = (
    f"SELECT {RUN.names} FROM import_runs "  # noqa: S608 - as above
    "ORDER BY created_at DESC, import_id DESC LIMIT ?"
)
_ADD_FAILURE = f"""
INSERT OR REPLACE INTO import_failures (import_id, {FAILURE.names})
VALUES (?, {FAILURE.placeholders})
"""  # noqa: S608 - as above
_FAILURES = f"""
SELECT {FAILURE.names} FROM import_failures
WHERE import_id = ? AND [row] > ? ORDER BY [row] LIMIT ?
"""  # noqa: S608 - as above

_OLD = "SELECT import_id FROM import_runs WHERE finished_at < ?"
_REMOVE_FAILURES = f"DELETE FROM import_failures WHERE import_id IN ({_OLD})"  # noqa: S608 - as above
_REMOVE_RUNS = "DELETE FROM import_runs WHERE finished_at < ?"


class SqliteImports(ImportStore):
    """The import runs of a database."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    def put(self, run: ImportRun) -> None:
        with self._database.writing() as connection:
            connection.execute(_PUT, RUN.row(run))

    @override
    def get(self, import_id: str) -> ImportRun:
        with self._database.reading() as connection:
            row = connection.execute(_GET, [import_id]).fetchone()
        if row is None:
            raise UnknownImportError(f"There is no import {import_id!r}.")
        return _run(row)

    @override
    def running(self) -> list[ImportRun]:
        with self._database.reading() as connection:
            rows = connection.execute(_RUNNING, [RunState.RUNNING.value]).fetchall()
        return [_run(row) for row in rows]

    @override
    def newest(self, limit: int) -> list[ImportRun]:
        with self._database.reading() as connection:
            rows = connection.execute(_NEWEST, [limit]).fetchall()
        return [_run(row) for row in rows]

    @override
    def add_failures(self, import_id: str, rows: Sequence[FailedRow]) -> None:
        with self._database.writing() as connection:
            self.get(import_id)
            connection.executemany(
                _ADD_FAILURE, ((import_id, *FAILURE.row(failed)) for failed in rows)
            )

    @override
    def failures(self, import_id: str, *, after: int = -1, limit: int = 100) -> list[FailedRow]:
        self.get(import_id)
        with self._database.reading() as connection:
            rows = connection.execute(_FAILURES, [import_id, after, limit]).fetchall()
        return [FailedRow(**FAILURE.fields(row)) for row in rows]

    @override
    def sweep(self, finished_before: float) -> int:
        with self._database.writing() as connection:
            connection.execute(_REMOVE_FAILURES, [finished_before])
            return connection.execute(_REMOVE_RUNS, [finished_before]).rowcount


def _run(row: Row) -> ImportRun:
    return ImportRun(**RUN.fields(row))
