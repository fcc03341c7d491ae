"""Vectors: stored in a narrow table, searched with faiss in packed arrays in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from typing_extensions import override

from lookalike.fingerprint.layout import HashRows
from lookalike.pictures import VectorEntry
from lookalike.storage.binary_index import BinaryIndex, Snapshot
from lookalike.storage.faiss_search import faiss_knn
from lookalike.storage.interfaces import Neighbour, VectorIndex
from lookalike.storage.refusals import FIELD_BYTES, require_field_lengths
from lookalike.storage.sqlite.columns import Row
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.followed_table import FollowedTable, Following
from lookalike.storage.sqlite.rows import VECTOR_COLUMNS, in_chunks, placeholders, vector_row

_ADD = (
    f"INSERT INTO vectors ({VECTOR_COLUMNS}) "  # noqa: S608 - column names of our own
    f"VALUES ({placeholders(('', '', *FIELD_BYTES))}) ON CONFLICT (fingerprint_id) DO NOTHING"
)
_READ_NEW = (
    f"SELECT seq, fingerprint_id, {', '.join(FIELD_BYTES)} "  # noqa: S608 - as above
    "FROM vectors WHERE seq > ? AND version = ? ORDER BY seq"
)


class _Hashes(BinaryIndex):
    """Packed hashes that follow a table."""

    is_worn = False

    def append_rows(self, rows: Sequence[Row]) -> None:
        """Add rows of ``_READ_NEW``."""
        seqs, ids, *hashes = zip(*rows, strict=True)
        self.append(seqs, ids, dict(zip(FIELD_BYTES, hashes, strict=True)))


class SqliteVectors(VectorIndex):
    """The vectors of one algorithm version in a database."""

    def __init__(self, database: SqliteDatabase, version: str) -> None:
        self._database = database
        self._following = Following(_READ_NEW, [version], "vector_removals")
        self._table = FollowedTable[Snapshot](database, self._following, _Hashes())

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
            connection.execute(self._following.prune)

    @override
    def nearest(self, queries: Mapping[str, HashRows], limit: int) -> dict[str, list[Neighbour]]:
        return self._table.current().nearest(queries, limit, faiss_knn)

    @override
    def count(self) -> int:
        return self._table.current().count

    def close(self) -> None:
        """Close the connection that watches for changes."""
        self._table.close()
