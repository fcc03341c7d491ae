"""Whether a file has the tables of this release, and bringing it there."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path

from lookalike.errors import StorageInvalidError
from lookalike.storage.refusals import FIELD_BYTES
from lookalike.storage.sqlite.migrations import MIGRATIONS, Migration

APPLICATION_ID = 0x4C6F6F6B
"""``Look``: marks the file as ours (https://www.sqlite.org/pragma.html#pragma_application_id)."""

OLDEST_SQLITE = (3, 37, 0)
"""The first release with STRICT tables."""


class SchemaState(Enum):
    """How a file stands to the tables of this release."""

    EMPTY = auto()
    """The file has no tables yet."""
    OUTDATED = auto()
    """The file was written by an older release and can be migrated."""
    CURRENT = auto()
    """The file has all tables and columns."""


NOT_READABLE = {
    SchemaState.EMPTY: ("The folder {folder} has no data of Lookalike yet.", ""),
    SchemaState.OUTDATED: (
        (
            "The data in the folder {folder} was written by an older release of Lookalike: open it "
            "once for writing, which brings it up to date."
        ),
        "`lookalike serve` and `lookalike import` do.",
    ),
}
"""Why a file in this state cannot be opened read-only, and what commands add to that."""


def schema_state(
    connection: sqlite3.Connection, folder: Path, migrations: Sequence[Migration] = MIGRATIONS
) -> SchemaState:
    """Return how the file stands to the tables of this release.

    Raises:
        StorageInvalidError: the file belongs to another program, to a newer release, or to one from
            before the first migration.
    """
    # In this order: another process may create everything between any two of these.
    tables = _number(connection, "SELECT count(*) FROM sqlite_master")
    application_id = _number(connection, "PRAGMA application_id")
    version = _number(connection, "PRAGMA user_version")
    if tables == 0 and application_id == 0:
        return SchemaState.EMPTY
    if application_id != APPLICATION_ID:
        raise StorageInvalidError(f"The database in the folder {folder} is not one of Lookalike.")
    _require_known(version, migrations, folder)
    is_current = version == migrations[-1].version and not _missing_hash_columns(connection)
    return SchemaState.CURRENT if is_current else SchemaState.OUTDATED


def migrate(
    connection: sqlite3.Connection, folder: Path, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Create the tables, or bring those of an older release up to date, in one transaction.

    A process that dies meanwhile leaves the file as it was. Where another process has migrated the
    file in the meantime, nothing is left to do.

    Raises:
        StorageInvalidError: see ``schema_state``; or rows would refer to rows that do not exist.
    """
    with _unenforced_foreign_keys(connection), _immediate_transaction(connection):
        if schema_state(connection, folder, migrations) is not SchemaState.CURRENT:
            _apply(connection, migrations)
            _require_valid_references(connection, folder)


def use_write_ahead_log(connection: sqlite3.Connection, busy_timeout: float) -> None:
    """Switch to WAL; SQLite itself does not wait while another process does the same.

    Args:
        connection: to the file.
        busy_timeout: seconds to wait for another process.
    """
    deadline = time.monotonic() + busy_timeout
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _require_known(version: int, migrations: Sequence[Migration], folder: Path) -> None:
    first, last = migrations[0].version, migrations[-1].version
    if version > last:
        raise StorageInvalidError(
            f"The data in the folder {folder} was written by a newer release of Lookalike "
            f"(schema {version}, this release knows {last}): update Lookalike."
        )
    if version < first:
        raise StorageInvalidError(
            f"The data in the folder {folder} was written by an older release of Lookalike "
            f"(schema {version}, this release knows {first} to {last}): import into a new folder."
        )


@contextmanager
def _unenforced_foreign_keys(connection: sqlite3.Connection) -> Iterator[None]:
    """Let a table be rebuilt: otherwise ``DROP TABLE`` deletes all rows that refer to the table.

    SQLite ignores this pragma within a transaction.
    https://www.sqlite.org/lang_altertable.html#otheralter
    """
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _immediate_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _apply(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    version = _number(connection, "PRAGMA user_version")
    for migration in migrations:
        if migration.version > version:
            for statement in _statements(migration.script):
                connection.execute(statement)
    for field in _missing_hash_columns(connection):
        connection.execute(f"ALTER TABLE vectors ADD COLUMN {field} BLOB")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {migrations[-1].version}")


def _require_valid_references(connection: sqlite3.Connection, folder: Path) -> None:
    violation = connection.execute("PRAGMA foreign_key_check").fetchone()
    if violation is not None:
        table, _, parent, _ = violation
        raise StorageInvalidError(
            f"The data in the folder {folder} was not migrated, because rows of the table {table} "
            f"would refer to missing rows of {parent}: use the older release, and report this."
        )


def _missing_hash_columns(connection: sqlite3.Connection) -> list[str]:
    """The fields of ``LAYOUTS`` that the vectors have no column for yet.

    A hash that was added since is NULL for the pictures of earlier algorithm versions. Columns of a
    hash that was removed stay, and are ignored.
    """
    rows = connection.execute("SELECT name FROM pragma_table_info('vectors')")
    existing = {name for (name,) in rows}
    return [field for field in FIELD_BYTES if field not in existing]


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; ``executescript`` would commit the transaction.

    An unterminated rest is the last one, so that SQLite runs or refuses it.
    """
    statement = ""
    for line in script.strip().splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement:
        yield statement
