"""Storage in a folder of this machine: SQLite stores, faiss searches."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from typing_extensions import override

from lookalike.storage.embeddings import StorageWithEmbeddings
from lookalike.storage.interfaces import Drift
from lookalike.storage.sqlite.api_keys import SqliteApiKeys
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.decisions import SqliteDecisions
from lookalike.storage.sqlite.duplicates import SqliteDuplicates
from lookalike.storage.sqlite.embeddings import SqliteEmbeddings
from lookalike.storage.sqlite.encryption import sealing_of
from lookalike.storage.sqlite.events import SqliteEvents
from lookalike.storage.sqlite.flags import SqliteFlags
from lookalike.storage.sqlite.imports import SqliteImports
from lookalike.storage.sqlite.pictures import SqlitePictures
from lookalike.storage.sqlite.products import SqliteProducts
from lookalike.storage.sqlite.vectors import SqliteVectors
from lookalike.storage.sqlite.webhooks import SqliteWebhooks

# CROSS JOIN keeps the order: two narrow indexes are walked side by side, and the wide rows are
# read only where they differ (https://www.sqlite.org/optoverview.html#crossjoin).
_DRIFT = """
SELECT (
    SELECT count(*) FROM pictures CROSS JOIN fingerprints ON picture = pictures.id
    WHERE fingerprint_id NOT IN (SELECT fingerprint_id FROM vectors) AND version = :version
), (
    SELECT count(*) FROM vectors
    WHERE fingerprint_id NOT IN (SELECT fingerprint_id FROM pictures) AND version = :version
)
"""


class EmbeddedStorage(StorageWithEmbeddings):
    """The data of a folder, for fingerprints of one algorithm version.

    Several processes may read while one writes; a second writer waits for the first. Open it in
    the process that uses it, not before a fork. The vectors are read into memory at the first
    search or count of them, about 2 seconds a million.

    Args:
        folder: created where it is absent, unless ``read_only``.
        version: fingerprints of other versions are kept, but never found by their hashes.
        read_only: refuse to write. Works in a folder that cannot be written, too.
        busy_timeout: seconds that a writer waits for the writer of another process.
        durable: wait for the disk at every commit; see ``SqliteDatabase``.
        key: 32 bytes, which signatures are encrypted with; a folder is begun with a key or without.

    Raises:
        StorageInvalidError: the folder cannot be used, or not with this key.
        StorageUnavailableError: the file is busy, or the disk is full; trying later may help.
    """

    def __init__(  # noqa: PLR0913 - keywords, each with a default
        self,
        folder: Path,
        version: str,
        *,
        read_only: bool = False,
        busy_timeout: float = 30,
        durable: bool = False,
        key: bytes | None = None,
    ) -> None:
        self._database = SqliteDatabase(
            folder, read_only=read_only, busy_timeout=busy_timeout, durable=durable
        )
        try:
            sealing = sealing_of(self._database, folder, key, read_only=read_only)
        except BaseException:
            self._database.close()
            raise
        self._version = version
        vectors = SqliteVectors(self._database, version)
        self.products = SqliteProducts(self._database)
        self.vectors = self._vectors = vectors
        self.embeddings = self._embeddings = SqliteEmbeddings(self._database, version)
        self.pictures = SqlitePictures(self._database, vectors, self._embeddings, sealing)
        self.imports = SqliteImports(self._database)
        self.decisions = SqliteDecisions(self._database)
        self.duplicates = SqliteDuplicates(self._database, version)
        self.events = SqliteEvents(self._database)
        self.flags = SqliteFlags(self._database)
        self.webhooks = SqliteWebhooks(self._database, sealing)
        self.api_keys = SqliteApiKeys(self._database)

    @override
    def transaction(self) -> AbstractContextManager[None]:
        return self._database.transaction()

    @override
    def drift(self) -> Drift:
        with self._database.reading() as connection:
            behind, ahead = connection.execute(_DRIFT, {"version": self._version}).fetchone()
        return Drift(behind, ahead)

    @override
    def close(self) -> None:
        self._vectors.close()
        self._embeddings.close()
        self._database.close()
