"""Embeddings in a SQLite table, searched in memory: one followed index for each version."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import numpy as np
from typing_extensions import override

from lookalike.storage.cosine_index import CosineIndex, CosineSnapshot, Keys
from lookalike.storage.embeddings import (
    EmbeddingSpace,
    EmbeddingStore,
    Likeness,
    Unembedded,
    Vector,
    require_query,
    unpack,
)
from lookalike.storage.listing import EVERY_PRODUCT, ProductFilter
from lookalike.storage.sqlite.columns import Row
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.followed_table import FollowedTable, Following
from lookalike.storage.sqlite.product_pages import pictures_of, with_conditions

_REMOVALS = "embedding_removals"
_ADD = """
INSERT INTO embeddings (picture, version, vector)
SELECT id, ?, ? FROM pictures WHERE fingerprint_id = ?
ON CONFLICT (version, picture) DO NOTHING
"""
_GET = """
SELECT vector FROM embeddings JOIN pictures ON pictures.id = picture
WHERE version = ? AND fingerprint_id = ?
"""
_READ_NEW = """
SELECT seq, fingerprint_id, vector FROM embeddings JOIN pictures ON pictures.id = picture
WHERE seq > ? AND version = ? ORDER BY seq
"""
_KEYS = """
SELECT seq FROM ({shown}) AS shown
CROSS JOIN pictures ON pictures.fingerprint_id = shown.fingerprint_id
CROSS JOIN embeddings ON embeddings.picture = pictures.id WHERE embeddings.version = ?
"""
"""From what is shown to its keys: SQLite would begin with all embeddings."""
_LOOKED_AT = """
SELECT seq, fingerprint_id, EXISTS (
    SELECT 1 FROM embeddings WHERE picture = pictures.id AND version = :version
    UNION ALL SELECT 1 FROM embedding_refusals WHERE picture = pictures.id AND version = :version
) FROM vectors JOIN pictures USING (fingerprint_id)
WHERE seq > :after AND vectors.version = :algorithm
ORDER BY seq LIMIT :limit
"""
"""Pictures in the order of their hashes, since the id of one that is swept is given out again."""
_REFUSE = """
INSERT OR REPLACE INTO embedding_refusals (version, picture, reason)
SELECT ?, id, ? FROM pictures WHERE fingerprint_id = ?
"""
_REFUSALS = """
SELECT fingerprint_id, reason FROM embedding_refusals JOIN pictures ON pictures.id = picture
WHERE version = ? ORDER BY picture
"""
_FORGET_REFUSALS = "DELETE FROM embedding_refusals WHERE version = ?"
_SET_ALIAS = "INSERT OR REPLACE INTO embedding_aliases (name, version) VALUES (?, ?)"


class _Embeddings(CosineIndex):
    """Embeddings of one space that follow a table."""

    def append_rows(self, rows: Sequence[Row]) -> None:
        """Add rows of ``_READ_NEW``."""
        seqs, ids, packed = zip(*rows, strict=True)
        self.append(seqs, ids, unpack(packed, self.space.dimension))


class SqliteEmbeddings(EmbeddingStore):
    """The embeddings of a database.

    Args:
        database: holds them.
        version: the algorithm version whose pictures are to have embeddings.
    """

    def __init__(self, database: SqliteDatabase, version: str) -> None:
        self._database = database
        self._version = version
        self._followed: dict[EmbeddingSpace, FollowedTable[CosineSnapshot]] = {}
        self._opening = threading.Lock()

    @override
    def add(self, version: str, packed: Mapping[str, bytes]) -> int:
        rows = [(version, vector, fingerprint_id) for fingerprint_id, vector in packed.items()]
        with self._database.writing() as connection:
            return connection.executemany(_ADD, rows).rowcount if rows else 0

    @override
    def get(self, space: EmbeddingSpace, fingerprint_id: str) -> Vector | None:
        with self._database.reading() as connection:
            row = connection.execute(_GET, [space.version, fingerprint_id]).fetchone()
        return None if row is None else unpack(row, space.dimension)[0]

    @override
    def nearest(
        self,
        space: EmbeddingSpace,
        query: Vector,
        limit: int,
        wanted: ProductFilter = EVERY_PRODUCT,
    ) -> list[Likeness]:
        require_query(space, query, limit)
        snapshot = self._table(space).current()
        among = None if wanted == EVERY_PRODUCT else self._keys_of(space, wanted)
        return snapshot.nearest(query, limit, among)

    @override
    def counts(self) -> dict[str, int]:
        with self._database.reading() as connection:
            query = "SELECT version, count(*) FROM embeddings GROUP BY version"
            return dict(connection.execute(query).fetchall())

    @override
    def unembedded(self, version: str, after: int, limit: int) -> Unembedded:
        values = {
            "version": version,
            "after": after,
            "algorithm": self._version,
            "limit": limit,
        }
        with self._database.reading() as connection:
            rows = connection.execute(_LOOKED_AT, values).fetchall()
        missing = [fingerprint_id for _, fingerprint_id, is_done in rows if not is_done]
        return Unembedded(missing, rows[-1][0] if rows else after, len(rows) < limit)

    @override
    def sizes(self) -> dict[str, int]:
        with self._database.reading() as connection:
            query = "SELECT version, sum(length(vector)) FROM embeddings GROUP BY version"
            return dict(connection.execute(query).fetchall())

    @override
    def refuse(self, version: str, reasons: Mapping[str, str]) -> None:
        rows = [(version, reason, fingerprint_id) for fingerprint_id, reason in reasons.items()]
        with self._database.writing() as connection:
            connection.executemany(_REFUSE, rows)

    @override
    def refusals(self, version: str) -> dict[str, str]:
        with self._database.reading() as connection:
            return dict(connection.execute(_REFUSALS, [version]).fetchall())

    @override
    def forget_refusals(self, version: str) -> None:
        with self._database.writing() as connection:
            connection.execute(_FORGET_REFUSALS, [version])

    @override
    def drop(self, version: str) -> None:
        with self._database.writing() as connection:
            connection.execute(_FORGET_REFUSALS, [version])
            connection.execute("DELETE FROM embeddings WHERE version = ?", [version])
            self.prune()

    @override
    def alias(self, name: str) -> str | None:
        with self._database.reading() as connection:
            query = "SELECT version FROM embedding_aliases WHERE name = ?"
            row = connection.execute(query, [name]).fetchone()
        return row[0] if row else None

    @override
    def set_alias(self, name: str, version: str) -> None:
        with self._database.writing() as connection:
            connection.execute(_SET_ALIAS, [name, version])

    def prune(self) -> None:
        """Cut the log of removals, after some were logged."""
        with self._database.writing() as connection:
            connection.execute(Following(_READ_NEW, [], _REMOVALS).prune)

    def close(self) -> None:
        """Close the connections that watch for changes."""
        with self._opening:
            for table in self._followed.values():
                table.close()

    def _table(self, space: EmbeddingSpace) -> FollowedTable[CosineSnapshot]:
        with self._opening:
            if space not in self._followed:
                following = Following(_READ_NEW, [space.version], _REMOVALS)
                follower = _Embeddings(space)
                self._followed[space] = FollowedTable(self._database, following, follower)
            return self._followed[space]

    def _keys_of(self, space: EmbeddingSpace, wanted: ProductFilter) -> Keys:
        shown, values = pictures_of(wanted)
        with self._database.reading() as connection:
            query = _KEYS.format(shown=shown)
            rows = with_conditions(connection).execute(query, [*values, space.version])
            return np.fromiter((seq for (seq,) in rows), np.int64)
