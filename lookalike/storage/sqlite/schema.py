"""The tables of the embedded storage, and whether a file has them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lookalike.errors import StorageInvalidError
from lookalike.storage.refusals import FIELD_BYTES

APPLICATION_ID = 0x4C6F6F6B
"""``Look``: marks the file as ours (https://www.sqlite.org/pragma.html#pragma_application_id)."""

SCHEMA_VERSION = 2
"""Raise it with every change of the tables, together with a step that brings old files along.

Files of version 1 are from before the first release and are refused.
"""

OLDEST_SQLITE = (3, 37, 0)
"""The first release with STRICT tables."""

_VECTOR_FIELDS = ", ".join(f"{field} BLOB" for field in FIELD_BYTES)

# What sweeps and counts read (pictures) and what fills the index at start (vectors) is kept
# apart from the wide rows (fingerprints, whose signature comes last).
_TABLES = f"""
CREATE TABLE products (
    entity_id TEXT PRIMARY KEY NOT NULL,
    sku TEXT NOT NULL,
    image_url TEXT,
    fingerprint_id TEXT NOT NULL,
    attributes TEXT NOT NULL,
    state TEXT NOT NULL,
    source_revision TEXT NOT NULL
) STRICT;
CREATE INDEX products_by_picture ON products (fingerprint_id, entity_id);
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY,
    fingerprint_id TEXT NOT NULL UNIQUE,
    last_seen INTEGER NOT NULL
) STRICT;
CREATE TABLE fingerprints (
    picture INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    version TEXT NOT NULL,
    hashes TEXT NOT NULL,
    quality INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    trim_left REAL NOT NULL,
    trim_top REAL NOT NULL,
    trim_right REAL NOT NULL,
    trim_bottom REAL NOT NULL,
    signature BLOB NOT NULL
) STRICT;
CREATE INDEX fingerprints_by_version ON fingerprints (version);
CREATE TABLE vectors (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint_id TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL,
    {_VECTOR_FIELDS}
) STRICT;
CREATE TABLE vector_removals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL
) STRICT;
CREATE TRIGGER vector_removed AFTER DELETE ON vectors BEGIN
    INSERT INTO vector_removals (seq) VALUES (old.seq);
END;
CREATE TABLE import_runs (
    import_id TEXT PRIMARY KEY NOT NULL,
    created_at REAL NOT NULL,
    state TEXT NOT NULL,
    finished_at REAL,
    total INTEGER,
    done INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    started_at REAL,
    rows_before INTEGER NOT NULL
) STRICT;
CREATE TABLE import_failures (
    import_id TEXT NOT NULL REFERENCES import_runs (import_id),
    "row" INTEGER NOT NULL,
    entity_id TEXT,
    image_url TEXT,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (import_id, "row")
) STRICT, WITHOUT ROWID;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""  # noqa: S608 - constants of our own


def has_schema(connection: sqlite3.Connection, folder: Path) -> bool:
    """Whether the tables are there; ``False`` for an empty file.

    Raises:
        StorageInvalidError: the file belongs to something else or to another release.
    """
    # In this order: another process may create everything between any two of these.
    tables = _number(connection, "SELECT count(*) FROM sqlite_master")
    application_id = _number(connection, "PRAGMA application_id")
    version = _number(connection, "PRAGMA user_version")
    if tables == 0 and application_id == 0:
        return False
    if application_id != APPLICATION_ID:
        raise StorageInvalidError(f"The database in the folder {folder} is not one of Lookalike.")
    if version > SCHEMA_VERSION:
        raise StorageInvalidError(
            f"The data in the folder {folder} was written by a newer release of Lookalike "
            f"(schema {version}, this release knows {SCHEMA_VERSION}): update Lookalike."
        )
    if version < SCHEMA_VERSION:
        raise StorageInvalidError(
            f"The data in the folder {folder} was written by an older release of Lookalike "
            f"(schema {version}, this release knows {SCHEMA_VERSION}): import into a new folder."
        )
    return True


def create_schema(connection: sqlite3.Connection, folder: Path) -> None:
    """Create all tables as one, unless another process has done it meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not has_schema(connection, folder):
            for statement in _statements(_TABLES):
                connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _number(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def _statements(script: str) -> list[str]:
    """Split a script; ``executescript`` would commit the transaction."""
    statements = [""]
    for line in script.strip().splitlines():
        statements[-1] += line + "\n"
        if sqlite3.complete_statement(statements[-1]):
            statements.append("")
    return statements[:-1]
