"""A data folder as the first release wrote it, before it had a hash called ``deep_centre``.

The script is a copy on purpose: it must not change when the tables do.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from lookalike.storage.sqlite.database import FILE_NAME
from lookalike.storage.sqlite.schema import APPLICATION_ID
from tests.builders import VERSION, a_fingerprint_id, some_hashes

PICTURES = 3
SCHEMA_VERSION = 2

_TABLES = """
CREATE TABLE products (entity_id TEXT PRIMARY KEY NOT NULL, sku TEXT NOT NULL, image_url TEXT,
    fingerprint_id TEXT NOT NULL, attributes TEXT NOT NULL, state TEXT NOT NULL,
    source_revision TEXT NOT NULL) STRICT;
CREATE INDEX products_by_picture ON products (fingerprint_id, entity_id);
CREATE TABLE pictures (id INTEGER PRIMARY KEY, fingerprint_id TEXT NOT NULL UNIQUE,
    last_seen INTEGER NOT NULL) STRICT;
CREATE TABLE fingerprints (picture INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    version TEXT NOT NULL, hashes TEXT NOT NULL, quality INTEGER NOT NULL, width INTEGER NOT NULL,
    height INTEGER NOT NULL, trim_left REAL NOT NULL, trim_top REAL NOT NULL,
    trim_right REAL NOT NULL, trim_bottom REAL NOT NULL, signature BLOB NOT NULL) STRICT;
CREATE INDEX fingerprints_by_version ON fingerprints (version);
CREATE TABLE vectors (seq INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint_id TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL, phash BLOB, phash_trimmed BLOB, deep BLOB) STRICT;
CREATE TABLE vector_removals (id INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL) STRICT;
CREATE TRIGGER vector_removed AFTER DELETE ON vectors BEGIN
    INSERT INTO vector_removals (seq) VALUES (old.seq); END;
CREATE TABLE import_runs (import_id TEXT PRIMARY KEY NOT NULL, created_at REAL NOT NULL,
    state TEXT NOT NULL, finished_at REAL, total INTEGER, done INTEGER NOT NULL,
    failed INTEGER NOT NULL, unchanged INTEGER NOT NULL, started_at REAL,
    rows_before INTEGER NOT NULL) STRICT;
CREATE TABLE import_failures (import_id TEXT NOT NULL REFERENCES import_runs (import_id),
    "row" INTEGER NOT NULL, entity_id TEXT, image_url TEXT, code TEXT NOT NULL,
    detail TEXT NOT NULL, PRIMARY KEY (import_id, "row")) STRICT, WITHOUT ROWID;
"""


def write_old_folder(folder: Path) -> None:
    """Three pictures with a product each, and an import run with a failed row."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(_TABLES)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    for number in range(1, PICTURES + 1):
        _write_product(connection, number)
    run = ("run-1", 1.0, "done", 2.0, 4, 3, 1, 0, 1.0, 0)
    connection.execute("INSERT INTO import_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", run)
    failure = ("run-1", 4, None, "a.jpg", "row_refused", "No entity_id.")
    connection.execute("INSERT INTO import_failures VALUES (?, ?, ?, ?, ?, ?)", failure)
    connection.commit()
    connection.close()


def _write_product(connection: sqlite3.Connection, number: int) -> None:
    key, hashes = a_fingerprint_id(number), some_hashes(number)
    connection.execute(
        "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?)",
        (f"e{number}", "sku", None, key, '{"category":"shirts"}', "active", "r1"),
    )
    connection.execute("INSERT INTO pictures VALUES (?, ?, ?)", (number, key, 1_000))
    stored = f'{{"phash":"{hashes["phash"].hex()}","deep":"{hashes["deep"].hex()}"}}'
    connection.execute(
        "INSERT INTO fingerprints VALUES (?, ?, ?, 90, 720, 960, 0, 0, 1, 1, ?)",
        (number, VERSION, stored, b"signature"),
    )
    connection.execute(
        "INSERT INTO vectors (fingerprint_id, version, phash, deep) VALUES (?, ?, ?, ?)",
        (key, VERSION, hashes["phash"], hashes["deep"]),
    )
