"""One SQLite file: its connections, its transactions, and its errors as our own.

Write-ahead logging lets several processes read while one writes. A process that dies at any
moment leaves whole transactions: the next one to open the file goes on with what was committed.
https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from queue import Empty, Full, LifoQueue

from lookalike.errors import StorageInvalidError, StorageUnavailableError
from lookalike.storage.sqlite.creation import create_database
from lookalike.storage.sqlite.errors import closed, translated
from lookalike.storage.sqlite.folder_use import mark_as_used, require_database
from lookalike.storage.sqlite.schema import (
    NOT_READABLE,
    OLDEST_SQLITE,
    SchemaState,
    migrate,
    schema_state,
    use_write_ahead_log,
)

FILE_NAME = "lookalike.db"

WAL_LIMIT = 64 * 2**20
"""Bytes after which the log is written back to the file and cut, whatever readers do."""

MAX_IDLE = 8
"""Connections that are kept open for later; each may hold a cache. More are opened as needed."""

_LOG_TIMEOUT = 1_000
"""Milliseconds that a writer waits for readers of the log; some reads take longer."""

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -4096",  # KiB a connection; the system keeps the file in memory anyway
    f"PRAGMA journal_size_limit = {WAL_LIMIT}",
)


class SqliteDatabase:
    """The database file of a data folder. Safe to use from several threads.

    Args:
        folder: created where it is absent, unless ``read_only``.
        read_only: refuse to write. Works in a folder that cannot be written, too.
        busy_timeout: seconds that a writer waits for the writer of another process.
        durable: wait for the disk at every commit. Otherwise a power cut may lose the last commits,
            each as a whole; a killed process loses nothing in either case.

    Raises:
        StorageInvalidError: the folder cannot be used.
        StorageUnavailableError: the file is busy, or the disk is full; trying later may help.
    """

    def __init__(
        self, folder: Path, *, read_only: bool, busy_timeout: float, durable: bool
    ) -> None:
        self._folder = folder
        self._path = folder / FILE_NAME
        self._wal = folder / f"{FILE_NAME}-wal"
        self._read_only = read_only
        self._busy_timeout = busy_timeout
        self._synchronous = "FULL" if durable else "NORMAL"
        self._writing = threading.Lock()
        self._own = threading.local()
        self._idle = LifoQueue[sqlite3.Connection](MAX_IDLE)
        self._closed = False
        with translated(folder):
            self._idle.put_nowait(self._open_first())

    def errors(self) -> AbstractContextManager[None]:
        """Raise errors of SQLite inside as errors of ours."""
        return translated(self._folder)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with: that of this thread's transaction, or an idle one."""
        own = self._own_connection
        with self.errors():
            if own is not None:
                yield own
            else:
                with self._borrowed() as connection:
                    yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction to write in, or a savepoint of this thread's transaction."""
        with self.errors(), self._transaction() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end, roll back on an exception. Inner ones are savepoints."""
        with self._transaction():
            yield

    def connect(self) -> sqlite3.Connection:
        """A new connection to read with. The caller closes it."""
        mode = "ro" if self._read_only else "rw"
        return self._connect(f"mode={mode}" + ("&immutable=1" if self._is_frozen() else ""))

    def close(self) -> None:
        """Close all connections; those in use are closed when they are returned."""
        self._closed = True
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    @property
    def _own_connection(self) -> sqlite3.Connection | None:
        """The connection of this thread's transaction."""
        return getattr(self._own, "connection", None)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        own = self._own_connection
        if own is not None:
            with self._savepoint(own):
                yield own
            return
        with self._writing, self._borrowed() as connection:
            self._own.connection = connection
            try:
                with self._bracket(connection, "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"):
                    yield connection
            finally:
                self._own.connection = None
            self._limit_log(connection)

    @contextmanager
    def _savepoint(self, connection: sqlite3.Connection) -> Iterator[None]:
        if not connection.in_transaction:  # a full disk has rolled back the outer one
            raise StorageUnavailableError("The transaction has failed already.")
        release = "RELEASE inner_one"
        # Rolling back to a savepoint leaves it open; the next to fail would stop there.
        undo = ("ROLLBACK TO inner_one", release)
        with self._bracket(connection, "SAVEPOINT inner_one", release, *undo):
            yield

    @contextmanager
    def _bracket(
        self, connection: sqlite3.Connection, begin: str, end: str, *undo: str
    ) -> Iterator[None]:
        """Statements around the caller's block; only their errors are translated."""
        with self.errors():
            connection.execute(begin)
        try:
            yield
            with self.errors():
                connection.execute(end)
        except BaseException:
            if connection.in_transaction:
                for statement in undo:
                    connection.execute(statement)
            raise

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        """An idle connection, or a new one: as many as threads use the database at once."""
        if self._closed:
            raise closed(self._folder)
        try:
            connection = self._idle.get_nowait()
        except Empty:
            with self.errors():
                connection = self.connect()
        try:
            yield connection
        finally:
            self._return(connection)

    def _return(self, connection: sqlite3.Connection) -> None:
        if self._closed or connection.in_transaction:
            connection.close()
            return
        try:
            self._idle.put_nowait(connection)
        except Full:
            connection.close()

    def _open_first(self) -> sqlite3.Connection:
        """Open the file, which is created or migrated before."""
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise StorageInvalidError(f"SQLite {sqlite3.sqlite_version} is too old.")
        if not self._read_only:
            self._folder.mkdir(parents=True, exist_ok=True)
        require_database(self._path)
        if not self._read_only:
            create_database(self._path, self._busy_timeout)
        connection = self.connect()
        try:
            self._prepare(connection)
            if not self._read_only:
                mark_as_used(self._path)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        state = schema_state(connection, self._folder)
        if state is SchemaState.CURRENT:
            return
        if self._read_only:
            detail, at_command_line = NOT_READABLE[state]
            raise StorageInvalidError(detail.format(folder=self._folder), at_command_line)
        use_write_ahead_log(connection, self._busy_timeout)
        migrate(connection, self._folder)

    def _connect(self, parameters: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?{parameters}",
            uri=True,
            timeout=self._busy_timeout,
            isolation_level=None,
            check_same_thread=False,  # one thread at a time borrows it
        )
        for pragma in (*_PRAGMAS, f"PRAGMA synchronous = {self._synchronous}"):
            connection.execute(pragma)
        return connection

    def _is_frozen(self) -> bool:
        """Return whether nobody can write here and no log is there, as in a mounted image."""
        return self._read_only and not os.access(self._folder, os.W_OK) and not self._wal.exists()

    def _limit_log(self, connection: sqlite3.Connection) -> None:
        """Write a long log back to the file; overlapping readers could make it grow for ever.

        Committed data is safe whether this succeeds or not; the next commit tries again.
        """
        if self._wal.exists() and self._wal.stat().st_size > WAL_LIMIT:
            with suppress(sqlite3.Error):
                connection.execute(f"PRAGMA busy_timeout = {_LOG_TIMEOUT}")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute(f"PRAGMA busy_timeout = {int(1_000 * self._busy_timeout)}")
