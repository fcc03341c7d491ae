"""API keys in a SQLite table."""

from __future__ import annotations

from typing_extensions import override

from lookalike.storage.api_keys import ApiKey, ApiKeyStore, UnknownKeyError
from lookalike.storage.sqlite.columns import API_KEY
from lookalike.storage.sqlite.database import SqliteDatabase

_ADD = f"INSERT INTO api_keys ({API_KEY.names}) VALUES ({API_KEY.placeholders})"  # noqa: S608 - column names of our own
_ALL = f"SELECT {API_KEY.names} FROM api_keys ORDER BY created_at, key_id"  # noqa: S608 - as above
_REVOKE = "UPDATE api_keys SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL"


class SqliteApiKeys(ApiKeyStore):
    """The keys of a database."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    def add(self, key: ApiKey) -> None:
        with self._database.writing() as connection:
            connection.execute(_ADD, API_KEY.row(key))

    @override
    def all(self) -> list[ApiKey]:
        with self._database.reading() as connection:
            rows = connection.execute(_ALL).fetchall()
        return [ApiKey(**API_KEY.fields(row)) for row in rows]

    @override
    def revoke(self, key_id: str, now: float) -> ApiKey:
        with self._database.writing() as connection:
            connection.execute(_REVOKE, [now, key_id])
            found = [key for key in self.all() if key.key_id == key_id]
        if not found:
            raise UnknownKeyError(f"There is no key {key_id!r}: `lookalike key list` shows all.")
        return found[0]
