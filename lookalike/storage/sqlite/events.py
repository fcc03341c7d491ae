"""Events in a SQLite table."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from typing_extensions import override

from lookalike.storage.events import Event, EventStore, EventType
from lookalike.storage.sqlite.columns import EVENT
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.rows import placeholders

_ADD = f"INSERT INTO events ({EVENT.names}) VALUES ({EVENT.placeholders})"  # noqa: S608 - column names of our own
_BEHIND_ALL = 2**63 - 1
_LAST = "SELECT seq FROM sqlite_sequence WHERE name = 'events'"
# Events are nearly in the order of their times, so only those that go are read.
_OLD = """
number < coalesce(
    (SELECT number FROM events WHERE created_at >= :before ORDER BY number LIMIT 1),
    (SELECT max(number) + 1 FROM events)
)
"""
_SWEEP_DEAD_LETTERS = f"DELETE FROM deliveries WHERE next_at IS NULL AND {_OLD}"  # noqa: S608 - as above
_SWEEP = f"""
DELETE FROM events WHERE {_OLD}
AND number NOT IN (SELECT number FROM deliveries)
AND number <= coalesce((SELECT min(position) FROM webhooks), number)
"""  # noqa: S608 - as above


class SqliteEvents(EventStore):
    """The events of a database."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    @override
    def add(self, events: Sequence[Event]) -> None:
        if events:
            with self._database.writing() as connection:
                connection.executemany(_ADD, map(EVENT.row, events))

    @override
    def page(
        self, after: int, limit: int, types: Collection[EventType] = (), subject: str = ""
    ) -> list[Event]:
        return self._listed("number > ?", after, "number", limit, types, subject)

    @override
    def newest(
        self, before: int, limit: int, types: Collection[EventType] = (), subject: str = ""
    ) -> list[Event]:
        return self._listed(
            "number < ?", before or _BEHIND_ALL, "number DESC", limit, types, subject
        )

    def _listed(  # noqa: PLR0913, PLR0917 - the parts of a query
        self,
        condition: str,
        number: int,
        order: str,
        limit: int,
        types: Collection[EventType],
        subject: str,
    ) -> list[Event]:
        names = [each.value for each in types or EventType]
        subjects = [subject] if subject else []
        query = (
            f"SELECT number, {EVENT.names} FROM events "  # noqa: S608 - as above
            f"WHERE {condition} AND type IN ({placeholders(names)}) "
            f"{'AND subject = ?' if subjects else ''} ORDER BY {order} LIMIT ?"
        )
        with self._database.reading() as connection:
            rows = connection.execute(query, [number, *names, *subjects, limit]).fetchall()
        return [Event(**EVENT.fields(row[1:]), number=row[0]) for row in rows]

    @override
    def last(self) -> int:
        with self._database.reading() as connection:
            row = connection.execute(_LAST).fetchone()
        return int(row[0]) if row else 0

    @override
    def sweep(self, before: float) -> int:
        with self._database.writing() as connection:
            connection.execute(_SWEEP_DEAD_LETTERS, {"before": before})
            return connection.execute(_SWEEP, {"before": before}).rowcount
