"""Pictures as rows of SQLite tables, each with its vector."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from typing_extensions import override

from lookalike.pictures import Picture, VectorEntry
from lookalike.storage.embeddings import by_version
from lookalike.storage.interfaces import PictureStore, VectorIndex
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.embeddings import SqliteEmbeddings
from lookalike.storage.sqlite.encryption import Sealing
from lookalike.storage.sqlite.rows import (
    FINGERPRINT_COLUMNS,
    fingerprint_row,
    in_chunks,
    picture_from,
    placeholders,
)

_SWEEP_BATCH_SIZE = 500

_PUT = """
INSERT INTO pictures (fingerprint_id, last_seen) VALUES (?, ?)
ON CONFLICT (fingerprint_id) DO UPDATE SET last_seen = excluded.last_seen
WHERE excluded.last_seen > last_seen
"""
_PUT_FINGERPRINT = f"""
INSERT INTO fingerprints (picture, {FINGERPRINT_COLUMNS})
SELECT id, {placeholders(FINGERPRINT_COLUMNS.split(","))} FROM pictures WHERE fingerprint_id = ?
ON CONFLICT (picture) DO NOTHING
"""  # noqa: S608 - column names of our own
_GET = f"""
SELECT fingerprint_id, last_seen, {FINGERPRINT_COLUMNS}
FROM pictures JOIN fingerprints ON picture = id WHERE fingerprint_id IN
"""  # noqa: S608 - as above
_COUNT = "SELECT count(*) FROM pictures"
_COUNT_OF_VERSION = "SELECT count(*) FROM fingerprints WHERE version = ?"
_UNSHOWN = """
last_seen < ? AND NOT EXISTS
(SELECT 1 FROM shown_pictures AS shown WHERE shown.fingerprint_id = pictures.fingerprint_id)
"""
_FIND_UNSHOWN = f"""
SELECT id FROM pictures WHERE id > ? AND {_UNSHOWN} ORDER BY id LIMIT {_SWEEP_BATCH_SIZE}
"""  # noqa: S608 - as above


class SqlitePictures(PictureStore):
    """The pictures of a database."""

    def __init__(
        self,
        database: SqliteDatabase,
        vectors: VectorIndex,
        embeddings: SqliteEmbeddings,
        sealing: Sealing,
    ) -> None:
        self._database = database
        self._vectors = vectors
        self._embeddings = embeddings
        self._sealing = sealing

    @override
    def put_many(self, pictures: Sequence[Picture]) -> None:
        fingerprints = [picture.fingerprint for picture in pictures]
        with self._database.writing() as connection:
            connection.executemany(_PUT, ((p.fingerprint_id, p.last_seen) for p in pictures))
            connection.executemany(
                _PUT_FINGERPRINT,
                ((*fingerprint_row(f, self._sealing), f.fingerprint_id) for f in fingerprints),
            )
            self._vectors.add([VectorEntry.of(fingerprint) for fingerprint in fingerprints])
            for version, packed in by_version(fingerprints).items():
                self._embeddings.add(version, packed)

    @override
    def get_many(self, fingerprint_ids: Iterable[str]) -> dict[str, Picture]:
        found = {}
        with self._database.reading() as connection:
            for ids in in_chunks(fingerprint_ids):
                rows = connection.execute(f"{_GET} ({placeholders(ids)})", ids)
                found.update({row[0]: picture_from(row, self._sealing) for row in rows})
        return found

    @override
    def count(self, version: str | None = None) -> int:
        query, values = (_COUNT, []) if version is None else (_COUNT_OF_VERSION, [version])
        with self._database.reading() as connection:
            return int(connection.execute(query, values).fetchone()[0])

    @override
    def sweep(self, last_seen_before: int) -> int:
        return sum(
            self._remove(doomed, last_seen_before) for doomed in self._unshown(last_seen_before)
        )

    def _unshown(self, last_seen_before: int) -> Iterator[list[int]]:
        """Row ids of pictures that may be removed, read without blocking writers."""
        last = 0
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(_FIND_UNSHOWN, [last, last_seen_before]).fetchall()
            if not rows:
                return
            yield [key for (key,) in rows]
            last = rows[-1][0]

    def _remove(self, keys: list[int], last_seen_before: int) -> int:
        """Remove those that still may be: a product may have been registered with one meanwhile."""
        with self._database.writing() as connection:
            gone = _delete_unshown(connection, keys, last_seen_before)
            self._vectors.remove(gone)
            self._embeddings.prune()
        return len(gone)


def _delete_unshown(
    connection: sqlite3.Connection, keys: list[int], last_seen_before: int
) -> list[str]:
    rows = connection.execute(
        f"DELETE FROM pictures WHERE id IN ({placeholders(keys)}) AND {_UNSHOWN} "  # noqa: S608 - question marks
        "RETURNING fingerprint_id",
        [*keys, last_seen_before],
    )
    return [fingerprint_id for (fingerprint_id,) in rows.fetchall()]
