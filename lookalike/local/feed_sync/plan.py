"""Which products left a feed."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import TypeVar

from lookalike.catalogue.max_deletions import MaxDeletions, require_named
from lookalike.catalogue.unreadable_row import is_unreadable
from lookalike.local.feed_sync.target import Row
from lookalike.storage.sqlite.errors import translated

AT_ONCE = 500
"""Ids that are looked up or handed out together."""
Item = TypeVar("Item")

_TABLES = """
PRAGMA journal_mode = OFF;
CREATE TABLE named (entity_id TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE leaving (entity_id TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;
BEGIN;
"""
_NAME = "INSERT OR IGNORE INTO named VALUES (?)"
_LEAVE = """
INSERT OR IGNORE INTO leaving SELECT ?1 WHERE ?1 NOT IN (SELECT entity_id FROM named)
"""


class SyncPlan:
    """The products of a catalogue that a feed does not name: those that a sync deletes.

    A product whose row is refused is named, too. Ids are kept in a temporary file, since a feed
    may have millions of them; it is gone with this object.

    Attributes:
        rows: rows of the feed.
        unreadable: rows that may be about any product, because they cannot be read. While there
            are some, nothing is deleted.
        products: products of the catalogue that the feed is about.
    """

    def __init__(self) -> None:
        self.rows = self.unreadable = self.products = 0
        with _errors():
            # The empty name stands for a temporary database, which is a file where it grows.
            self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._database.executescript(_TABLES)

    def read_feed(self, rows: Iterable[Row]) -> None:
        """Read the rows of the feed.

        Raises:
            CatalogueError: the feed is damaged, or names no product.
        """
        for group in _groups(rows):
            self.rows += len(group)
            self.unreadable += sum(map(is_unreadable, group))
            self._add(_NAME, (row.entity_id for row in group if row.entity_id))
        require_named(self._count("named"))

    def read_catalogue(self, entity_ids: Iterable[str]) -> None:
        """Compare the products of the catalogue with the feed, which was read before."""
        for group in _groups(entity_ids):
            self.products += len(group)
            self._add(_LEAVE, group)

    @property
    def leaving(self) -> int:
        """The number of products that left the feed."""
        return self._count("leaving")

    @property
    def deletions(self) -> int:
        """The number of products that are to be deleted."""
        return 0 if self.unreadable else self.leaving

    def require_allowed(self, most: MaxDeletions) -> None:
        """Refuse to delete more products than a limit allows.

        Raises:
            TooManyDeletionsError: it would.
        """
        most.require(self.deletions, self.products)

    def to_delete(self) -> Iterator[list[str]]:
        """The ids of the products that are to be deleted, some hundreds at a time."""
        with _errors():
            found = self._database.execute("SELECT entity_id FROM leaving ORDER BY entity_id")
            for group in _groups(entity_id for (entity_id,) in found):
                if not self.unreadable:
                    yield group

    def close(self) -> None:
        """Remove the temporary file."""
        self._database.close()

    def _add(self, statement: str, entity_ids: Iterable[str]) -> None:
        with _errors():
            self._database.executemany(statement, ([each] for each in entity_ids))

    def _count(self, table: str) -> int:
        with _errors():
            query = f"SELECT count(*) FROM {table}"  # noqa: S608 - names of our own
            return int(self._database.execute(query).fetchone()[0])


def _errors() -> AbstractContextManager[None]:
    return translated(Path(tempfile.gettempdir()))


def _groups(items: Iterable[Item]) -> Iterator[list[Item]]:
    remaining = iter(items)
    while group := list(islice(remaining, AT_ONCE)):
        yield group
