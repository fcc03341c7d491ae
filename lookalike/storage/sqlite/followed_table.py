"""Follows a table of vectors into memory: everything at first, and then changes alone.

Every process fills its own arrays from the table at its first search. The column ``seq`` of the
table only ever grows, and a trigger logs removals. ``PRAGMA data_version`` tells whether another
connection has written, in this or another process.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from lookalike.errors import StorageUnavailableError
from lookalike.storage.sqlite.columns import Row
from lookalike.storage.sqlite.database import SqliteDatabase

REMOVALS_KEPT = 100_000
"""Length of a log of removals; a process that is further behind refills its arrays."""

_BATCH_SIZE = 20_000

Snapshot_co = TypeVar("Snapshot_co", covariant=True)


class Follower(Protocol[Snapshot_co]):
    """What is kept in step with a table."""

    @property
    def snapshot(self) -> Snapshot_co:
        """What is searchable now; it never changes."""

    @property
    def is_worn(self) -> bool:
        """Whether so many rows were removed that it should be filled anew."""

    def clear(self) -> None:
        """Forget everything."""

    def remove(self, keys: Iterable[int]) -> None:
        """Remove the rows of these ``seq``; unknown ones are ignored."""

    def append_rows(self, rows: Sequence[Row]) -> None:
        """Add rows, each of which begins with its ``seq``, in order."""


@dataclass(frozen=True, slots=True)
class Following:
    """Which rows are followed.

    Attributes:
        read_new: SQL that reads rows in the order of ``seq``, which comes first. Its first
            parameter is the ``seq`` that rows come after.
        parameters: the values of its further parameters.
        removals: the table that logs the ``seq`` of removed rows, with a rising ``id``.
    """

    read_new: str
    parameters: Sequence[Any]
    removals: str

    @property
    def prune(self) -> str:
        """SQL that cuts the log of removals."""
        return (
            f"DELETE FROM {self.removals} "  # noqa: S608 - names of our own
            f"WHERE id <= (SELECT max(id) FROM {self.removals}) - {REMOVALS_KEPT}"
        )


class FollowedTable(Generic[Snapshot_co]):
    """Keeps a follower in step with a table of a database."""

    def __init__(
        self, database: SqliteDatabase, following: Following, follower: Follower[Snapshot_co]
    ) -> None:
        self._database = database
        self._following = following
        self._follower = follower
        self._updating = threading.Lock()
        self._observer: sqlite3.Connection | None = None
        self._closed = False
        self._data_version = -1
        self._seq = 0
        self._removal = 0

    def current(self) -> Snapshot_co:
        """What is searchable, including all that was committed before this call."""
        with self._updating, self._database.errors():
            observer = self._observing()
            data_version = int(observer.execute("PRAGMA data_version").fetchone()[0])
            if data_version != self._data_version:
                self._update(observer)
                self._data_version = data_version
            return self._follower.snapshot

    def close(self) -> None:
        """Close the connection that watches for changes."""
        with self._updating:
            self._closed = True
            if self._observer is not None:
                self._observer.close()
                self._observer = None

    def _observing(self) -> sqlite3.Connection:
        """The connection that watches for changes: it never writes, so it sees every commit."""
        if self._closed:
            raise StorageUnavailableError("The storage is closed.")
        if self._observer is None:
            self._observer = self._database.connect()
        return self._observer

    def _update(self, observer: sqlite3.Connection) -> None:
        """Read removals and additions since the last time, in one transaction."""
        observer.execute("BEGIN")
        try:
            self._read_removals(observer)
            self._read_new(observer)
        finally:
            observer.execute("ROLLBACK")

    def _read_removals(self, observer: sqlite3.Connection) -> None:
        log = self._following.removals
        (oldest,) = observer.execute(f"SELECT min(id) FROM {log}").fetchone()  # noqa: S608 - names of our own
        (newest,) = observer.execute(f"SELECT max(id) FROM {log}").fetchone()  # noqa: S608
        if newest is None or newest == self._removal:
            return
        if self._seq > 0:
            gone = observer.execute(f"SELECT seq FROM {log} WHERE id > ?", [self._removal])  # noqa: S608
            self._follower.remove(seq for (seq,) in gone)
        if oldest > self._removal + 1 or self._follower.is_worn:
            self._follower.clear()
            self._seq = 0
        self._removal = newest

    def _read_new(self, observer: sqlite3.Connection) -> None:
        following = self._following
        cursor = observer.execute(following.read_new, [self._seq, *following.parameters])
        while rows := cursor.fetchmany(_BATCH_SIZE):
            self._follower.append_rows(rows)
            self._seq = rows[-1][0]
