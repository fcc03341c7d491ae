"""Decisions as rows of a SQLite table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from typing_extensions import override

from lookalike.decisions import Decision, pair_id, pair_of_decision
from lookalike.storage.decisions import (
    DEFAULT_LIMIT,
    EVERY_DECISION,
    DecisionFilter,
    DecisionPage,
    DecisionStore,
    cut,
    require_seen,
    require_standing,
)
from lookalike.storage.refusals import require_unicode
from lookalike.storage.sqlite.columns import DECISION
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.rows import in_chunks, placeholders

_SELECT = f"SELECT {DECISION.names} FROM decisions"  # noqa: S608 - column names of our own
_PUT = (
    f"INSERT OR REPLACE INTO decisions (pair_id, {DECISION.names}) "  # noqa: S608 - as above
    f"VALUES (?, {DECISION.placeholders})"
)


class SqliteDecisions(DecisionStore):
    """The decisions of a database."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    def put(self, decision: Decision, replaces: str | None = None) -> None:
        require_unicode([decision.a, decision.b, decision.note, decision.by])
        with self._database.writing() as connection:
            require_seen(_standing(connection, decision.pair_id), decision, replaces)
            connection.execute(_PUT, (decision.pair_id, *DECISION.row(decision)))

    @override
    def between(self, one: str, other: str) -> Decision | None:
        with self._database.reading() as connection:
            return _standing(connection, pair_id(one, other))

    @override
    def of_products(self, entity_ids: Iterable[str]) -> list[Decision]:
        found: dict[str, Decision] = {}
        with self._database.reading() as connection:
            for ids in in_chunks(entity_ids):
                for side in ("a", "b"):
                    query = f"{_SELECT} WHERE {side} IN ({placeholders(ids)})"
                    found.update({each.pair_id: each for each in _read(connection, query, ids)})
        return [found[pair] for pair in sorted(found)]

    @override
    def page(
        self,
        after: str = "",
        limit: int = DEFAULT_LIMIT,
        wanted: DecisionFilter = EVERY_DECISION,
    ) -> DecisionPage:
        conditions: list[str] = ["pair_id > ?"]
        values: list[object] = [after]
        if wanted.entity_id is not None:
            conditions.append("(a = ? OR b = ?)")
            values += [wanted.entity_id, wanted.entity_id]
        if wanted.kind is not None:
            conditions.append("kind = ?")
            values.append(wanted.kind.value)
        query = f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY pair_id LIMIT ?"
        with self._database.reading() as connection:
            return cut(_read(connection, query, [*values, limit + 1]), limit)

    @override
    def delete(self, decision_id: str) -> None:
        pair = pair_of_decision(decision_id)
        with self._database.writing() as connection:
            require_standing(_standing(connection, pair), decision_id)
            connection.execute("DELETE FROM decisions WHERE pair_id = ?", [pair])


def _standing(connection: sqlite3.Connection, pair: str) -> Decision | None:
    return next(iter(_read(connection, f"{_SELECT} WHERE pair_id = ?", [pair])), None)


def _read(connection: sqlite3.Connection, query: str, values: Sequence[object]) -> list[Decision]:
    return [Decision(**DECISION.fields(row)) for row in connection.execute(query, values)]
