"""Vectors: stored in a narrow table, searched with faiss in packed arrays in memory.

Every process fills its own arrays from the table at its first search, and later reads only changes:
``seq`` only ever grows, and a trigger logs removals. ``PRAGMA data_version`` tells whether another
connection has written, in this or another process.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence

import faiss
import numpy as np
from typing_extensions import override

from lookalike.errors import StorageUnavailableError
from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.binary_index import BinaryIndex, Integers, Snapshot
from lookalike.storage.interfaces import Neighbour, VectorIndex
from lookalike.storage.refusals import FIELD_BYTES, require_field_lengths
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.rows import VECTOR_COLUMNS, in_chunks, placeholders, vector_row

REMOVALS_KEPT = 100_000
"""Length of the log of removals; a process that is further behind refills its arrays."""

_BATCH_SIZE = 20_000

_ADD = (
    f"INSERT INTO vectors ({VECTOR_COLUMNS}) "  # noqa: S608 - column names of our own
    f"VALUES ({placeholders(('', '', *FIELD_BYTES))}) ON CONFLICT (fingerprint_id) DO NOTHING"
)
_READ_NEW = (
    f"SELECT seq, fingerprint_id, {', '.join(FIELD_BYTES)} "  # noqa: S608 - as above
    "FROM vectors WHERE seq > ? AND version = ? ORDER BY seq"
)
_PRUNE = (
    "DELETE FROM vector_removals "  # noqa: S608 - a number of our own
    f"WHERE id <= (SELECT max(id) FROM vector_removals) - {REMOVALS_KEPT}"
)


def faiss_knn(queries: HashRows, codes: HashRows, k: int) -> tuple[Integers, Integers]:
    """The k nearest codes of each query row. ``mc`` counts distances instead of keeping a heap."""
    # One core a search: many searches run at once, and each is a few milliseconds.
    faiss.omp_set_num_threads(1)
    distances, rows = faiss.knn_hamming(queries, codes, k, variant="mc")
    return np.asarray(distances, np.int64), np.asarray(rows, np.int64)


class SqliteVectors(VectorIndex):
    """The vectors of one algorithm version in a database."""

    def __init__(self, database: SqliteDatabase, version: str) -> None:
        self._database = database
        self._version = version
        self._index = BinaryIndex()
        self._updating = threading.Lock()
        self._observer: sqlite3.Connection | None = None
        self._closed = False
        self._data_version = -1
        self._seq = 0
        self._removal = 0

    @override
    def add(self, entries: Sequence[VectorEntry]) -> None:
        for entry in entries:
            require_field_lengths(entry.hashes)
        with self._database.writing() as connection:
            connection.executemany(_ADD, map(vector_row, entries))

    @override
    def remove(self, fingerprint_ids: Iterable[str]) -> None:
        with self._database.writing() as connection:
            for ids in in_chunks(fingerprint_ids):
                connection.execute(
                    f"DELETE FROM vectors WHERE fingerprint_id IN ({placeholders(ids)})",  # noqa: S608 - question marks
                    ids,
                )
            connection.execute(_PRUNE)

    @override
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        return self._current().nearest(queries, limit, faiss_knn)

    @override
    def count(self) -> int:
        return self._current().count

    def close(self) -> None:
        """Close the connection that watches for changes."""
        with self._updating:
            self._closed = True
            if self._observer is not None:
                self._observer.close()
                self._observer = None

    def _current(self) -> Snapshot:
        """The searchable vectors, including all that was committed before this call."""
        with self._updating, self._database.errors():
            observer = self._observing()
            data_version = int(observer.execute("PRAGMA data_version").fetchone()[0])
            if data_version != self._data_version:
                self._update(observer)
                self._data_version = data_version
            return self._index.snapshot

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
        (oldest,) = observer.execute("SELECT min(id) FROM vector_removals").fetchone()
        (newest,) = observer.execute("SELECT max(id) FROM vector_removals").fetchone()
        if newest is None or newest == self._removal:
            return
        if oldest > self._removal + 1:
            self._index.clear()
            self._seq = 0
        if self._seq > 0:
            gone = observer.execute("SELECT seq FROM vector_removals WHERE id > ?", [self._removal])
            self._index.remove(seq for (seq,) in gone)
        self._removal = newest

    def _read_new(self, observer: sqlite3.Connection) -> None:
        cursor = observer.execute(_READ_NEW, [self._seq, self._version])
        while rows := cursor.fetchmany(_BATCH_SIZE):
            seqs, ids, *hashes = zip(*rows, strict=True)
            self._index.append(seqs, ids, dict(zip(FIELD_BYTES, hashes, strict=True)))
            self._seq = seqs[-1]
