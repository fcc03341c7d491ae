"""Flags of products in a SQLite table."""

from __future__ import annotations

from collections.abc import Iterable

from typing_extensions import override

from lookalike.storage.flags import Flag, FlagStore
from lookalike.storage.sqlite.columns import FLAG
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.rows import in_chunks, placeholders

_PUT = f"INSERT OR REPLACE INTO flags ({FLAG.names}) VALUES ({FLAG.placeholders})"  # noqa: S608 - column names of our own
_SELECT = f"SELECT {FLAG.names} FROM flags"  # noqa: S608 - as above


class SqliteFlags(FlagStore):
    """The flags of a database."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    def put(self, flag: Flag) -> None:
        with self._database.writing() as connection:
            connection.execute(_PUT, FLAG.row(flag))

    @override
    def remove(self, entity_id: str) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM flags WHERE entity_id = ?", [entity_id])

    @override
    def get_many(self, entity_ids: Iterable[str]) -> dict[str, Flag]:
        found: dict[str, Flag] = {}
        with self._database.reading() as connection:
            for ids in in_chunks(entity_ids):
                query = f"{_SELECT} WHERE entity_id IN ({placeholders(ids)})"
                flags = (Flag(**FLAG.fields(row)) for row in connection.execute(query, ids))
                found.update({flag.entity_id: flag for flag in flags})
        return found

    @override
    def page(self, after: str, limit: int) -> list[Flag]:
        query = f"{_SELECT} WHERE entity_id > ? ORDER BY entity_id LIMIT ?"
        with self._database.reading() as connection:
            return [Flag(**FLAG.fields(row)) for row in connection.execute(query, [after, limit])]
