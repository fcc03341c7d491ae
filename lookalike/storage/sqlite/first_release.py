"""The tables of the first release, which every file begins with; never edit them."""

from __future__ import annotations

# What sweeps and counts read (pictures) and what fills the index at start (vectors) is kept apart
# from the wide rows (fingerprints, whose signature comes last).
FIRST_RELEASE = """
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
    version TEXT NOT NULL
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
"""
