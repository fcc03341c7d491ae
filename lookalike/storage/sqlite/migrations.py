"""How the tables of the embedded storage came about: an ordered list of migrations.

A new file goes through all of them, an older file through those that it lacks, so that both end up
with the same tables. To change the tables, append a migration; never edit one that was released.
Hash columns are no part of this list: they follow from ``LAYOUTS`` (see ``schema.migrate``).
"""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.storage.sqlite.first_release import FIRST_RELEASE
from lookalike.storage.sqlite.service_tables import (
    API_KEYS,
    CHECKED_IMPORTS,
    DRY_RUNS,
    EVENTS,
    EVENTS_BY_SUBJECT,
    FLAGS,
    IMPORTED_COLUMNS,
    WEBHOOKS,
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from a schema version to the next.

    Attributes:
        version: the schema version after this step.
        script: SQL statements. Each starts on a line of its own and ends in a semicolon. Foreign
            keys are not enforced while it runs, so nothing cascades; they are checked at the end.
    """

    version: int
    script: str


_ENCRYPTION = """
CREATE TABLE encryption (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    proof BLOB NOT NULL
) STRICT;
"""

# A link is found by its two pictures, the smaller id first, whichever of them was the query.
_DUPLICATES = """
CREATE TABLE duplicate_runs (
    run_id TEXT PRIMARY KEY NOT NULL,
    created_at REAL NOT NULL,
    min_match REAL NOT NULL,
    keep TEXT NOT NULL,
    state TEXT NOT NULL,
    finished_at REAL,
    total INTEGER,
    compared INTEGER NOT NULL,
    started_at REAL,
    compared_before INTEGER NOT NULL,
    "groups" INTEGER
) STRICT;
CREATE TABLE duplicate_groups (
    run_id TEXT NOT NULL REFERENCES duplicate_runs (run_id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE compared_pictures (
    fingerprint_id TEXT PRIMARY KEY NOT NULL
        REFERENCES pictures (fingerprint_id) ON DELETE CASCADE,
    recipe TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE picture_links (
    least TEXT NOT NULL REFERENCES pictures (fingerprint_id) ON DELETE CASCADE,
    greatest TEXT NOT NULL REFERENCES pictures (fingerprint_id) ON DELETE CASCADE,
    recipe TEXT NOT NULL,
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    probability REAL NOT NULL,
    verdict TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (least, greatest)
) STRICT, WITHOUT ROWID;
CREATE INDEX picture_links_by_greatest ON picture_links (greatest);
"""

_LISTING = """
CREATE INDEX products_by_sku ON products (sku, entity_id);
"""

# Without references: a decision stays when a product is deleted.
_DECISIONS = """
CREATE TABLE decisions (
    pair_id TEXT PRIMARY KEY NOT NULL,
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    kind TEXT NOT NULL,
    pictures_of_a TEXT NOT NULL,
    pictures_of_b TEXT NOT NULL,
    decided_at REAL NOT NULL,
    note TEXT NOT NULL,
    "by" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX decisions_by_a ON decisions (a);
CREATE INDEX decisions_by_b ON decisions (b);
"""

# What a product shows is in its row. To find it by a picture, the main one is in an index of that
# table, and the others are here: a product with one picture has no more rows than before.
_FURTHER_PICTURES = """
ALTER TABLE products ADD COLUMN further_images TEXT NOT NULL DEFAULT '[]';
CREATE TABLE further_pictures (
    fingerprint_id TEXT NOT NULL,
    entity_id TEXT NOT NULL REFERENCES products (entity_id) ON DELETE CASCADE,
    PRIMARY KEY (fingerprint_id, entity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX further_pictures_by_product ON further_pictures (entity_id);
CREATE VIEW shown_pictures AS
SELECT fingerprint_id, entity_id FROM products
UNION ALL SELECT fingerprint_id, entity_id FROM further_pictures;
"""

# Removals of rows that a picture takes along are logged, too: triggers see what cascades.
_EMBEDDINGS = """
CREATE TABLE embeddings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    picture INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    version TEXT NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (version, picture)
) STRICT;
CREATE INDEX embeddings_by_picture ON embeddings (picture);
CREATE TABLE embedding_removals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    seq INTEGER NOT NULL
) STRICT;
CREATE TRIGGER embedding_removed AFTER DELETE ON embeddings BEGIN
    INSERT INTO embedding_removals (seq) VALUES (old.seq);
END;
CREATE TABLE embedding_aliases (
    name TEXT PRIMARY KEY NOT NULL,
    version TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

_SYNCS = """
ALTER TABLE import_runs ADD COLUMN mode TEXT NOT NULL DEFAULT 'import';
ALTER TABLE import_runs ADD COLUMN max_deletions TEXT NOT NULL DEFAULT '';
ALTER TABLE import_runs ADD COLUMN scope TEXT NOT NULL DEFAULT '{}';
ALTER TABLE import_runs ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_runs ADD COLUMN detail TEXT NOT NULL DEFAULT '';
"""

_EMBEDDING_REFUSALS = """
CREATE TABLE embedding_refusals (
    version TEXT NOT NULL,
    picture INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    PRIMARY KEY (version, picture)
) STRICT, WITHOUT ROWID;
CREATE INDEX embedding_refusals_by_picture ON embedding_refusals (picture);
"""

MIGRATIONS = (
    Migration(2, FIRST_RELEASE),
    Migration(3, _ENCRYPTION),
    Migration(4, _DUPLICATES),
    Migration(5, _LISTING),
    Migration(6, _DECISIONS),
    Migration(7, _FURTHER_PICTURES),
    Migration(8, API_KEYS),
    Migration(9, EVENTS),
    Migration(10, FLAGS),
    Migration(11, _EMBEDDINGS),
    Migration(12, WEBHOOKS),
    Migration(13, _SYNCS),
    Migration(14, CHECKED_IMPORTS),
    Migration(15, EVENTS_BY_SUBJECT),
    Migration(16, IMPORTED_COLUMNS),
    Migration(17, DRY_RUNS),
    Migration(18, _EMBEDDING_REFUSALS),
)
"""In order. Files of version 1 are from before the first release and are refused."""
