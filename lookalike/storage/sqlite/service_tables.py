"""Tables of what a service needs beside the catalogue: keys, events, flags and webhooks.

Each text is a migration (``migrations.py``); never edit one that was released.
"""

from __future__ import annotations

API_KEYS = """
CREATE TABLE api_keys (
    key_id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    digest BLOB NOT NULL,
    created_at REAL NOT NULL,
    revoked_at REAL
) STRICT;
"""

EVENTS = """
CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,
    created_at REAL NOT NULL,
    data TEXT NOT NULL
) STRICT;
"""

EVENTS_BY_SUBJECT = """
CREATE INDEX events_by_subject ON events (subject, number);
"""

# A product that is replaced keeps its flag: that is no deletion for SQLite's triggers.
FLAGS = """
CREATE TABLE flags (
    entity_id TEXT PRIMARY KEY NOT NULL,
    fingerprint_id TEXT NOT NULL,
    "match" TEXT NOT NULL,
    flagged_at REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER flagged_product_removed AFTER DELETE ON products BEGIN
    DELETE FROM flags WHERE entity_id = old.entity_id;
END;
"""

# A dead letter has no next_at. The topic is the subject of the event.
WEBHOOKS = """
CREATE TABLE webhooks (
    webhook_id TEXT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    secret BLOB NOT NULL,
    types TEXT NOT NULL,
    created_at REAL NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE TABLE deliveries (
    webhook_id TEXT NOT NULL REFERENCES webhooks (webhook_id) ON DELETE CASCADE,
    number INTEGER NOT NULL REFERENCES events (number),
    topic TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at REAL,
    error TEXT NOT NULL,
    PRIMARY KEY (webhook_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_topic ON deliveries (webhook_id, topic, number);
CREATE INDEX deliveries_by_event ON deliveries (number);
"""

CHECKED_IMPORTS = """
ALTER TABLE import_runs ADD COLUMN on_duplicate TEXT NOT NULL DEFAULT '';
"""

IMPORTED_COLUMNS = """
ALTER TABLE import_runs ADD COLUMN columns TEXT NOT NULL DEFAULT '{}';
"""

DRY_RUNS = """
ALTER TABLE import_runs ADD COLUMN dry_run INTEGER NOT NULL DEFAULT 0;
"""
