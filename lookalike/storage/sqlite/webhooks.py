"""Webhooks and their deliveries in SQLite tables."""

from __future__ import annotations

import json

from lookalike.storage.events import Event, EventType
from lookalike.storage.sqlite.columns import EVENT, Row
from lookalike.storage.sqlite.database import SqliteDatabase
from lookalike.storage.sqlite.encryption import Sealing
from lookalike.storage.webhooks import Backlog, Delivery, UnknownWebhookError, Webhook

MAX_QUEUED = 1_000
"""Deliveries of a webhook that wait or are tried again. Further events wait in the outbox."""

_NAMES = "webhook_id, url, secret, types, created_at, position"
_QUEUED = "SELECT count(*) FROM deliveries WHERE webhook_id = ? AND next_at IS NOT NULL"
_QUEUE = """
INSERT OR IGNORE INTO deliveries (webhook_id, number, topic, attempts, next_at, error)
SELECT ?, number, subject, 0, ?, '' FROM events
WHERE number > ? AND number <= ? AND type IN (SELECT value FROM json_each(?))
"""
_DELIVERIES = f"""
SELECT attempts, next_at, error, events.number, {EVENT.names} FROM deliveries
JOIN events ON events.number = deliveries.number
"""  # noqa: S608 - column names of our own
# What is still to be sent about a subject before this.
_EARLIER = """
SELECT 1 FROM deliveries AS earlier
WHERE earlier.webhook_id = deliveries.webhook_id AND earlier.topic = deliveries.topic
AND earlier.number < deliveries.number AND earlier.next_at IS NOT NULL
"""


class SqliteWebhooks:
    """The webhooks of a database.

    Args:
        database: has their events, too.
        sealing: how secrets are written.
    """

    def __init__(self, database: SqliteDatabase, sealing: Sealing) -> None:
        self._database = database
        self._sealing = sealing

    def add(self, webhook: Webhook) -> None:
        """Store a new webhook."""
        types = json.dumps([each.value for each in webhook.types or EventType])
        secret = self._sealing.seal(webhook.secret.encode(), webhook.webhook_id)
        row = (webhook.webhook_id, webhook.url, secret, types, webhook.created_at, webhook.position)
        with self._database.writing() as connection:
            connection.execute(
                f"INSERT INTO webhooks ({_NAMES}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - as above
                row,
            )

    def all(self) -> list[Webhook]:
        """All webhooks, oldest first."""
        rows = self._read(f"SELECT {_NAMES} FROM webhooks ORDER BY created_at, webhook_id")  # noqa: S608 - as above
        return [self._webhook(row) for row in rows]

    def remove(self, webhook_id: str) -> None:
        """Remove a webhook with all that it has not got.

        Raises:
            UnknownWebhookError: there is none of that id.
        """
        with self._database.writing() as connection:
            query = "DELETE FROM webhooks WHERE webhook_id = ?"
            if not connection.execute(query, [webhook_id]).rowcount:
                raise UnknownWebhookError(f"There is no webhook {webhook_id!r}.")

    def queue(self, webhook_id: str, now: float, most: int = MAX_QUEUED) -> None:
        """Queue deliveries of the events that have happened, as long as not too many are queued.

        Args:
            webhook_id: whose.
            now: seconds since the epoch (UTC).
            most: queued deliveries.
        """
        with self._database.writing() as connection:
            found = connection.execute(
                "SELECT position, types FROM webhooks WHERE webhook_id = ?", [webhook_id]
            ).fetchone()
            (queued,) = connection.execute(_QUEUED, [webhook_id]).fetchone()
            if found is None or queued >= most:
                return
            position, types = found
            (last,) = connection.execute(
                "SELECT max(number) FROM (SELECT number FROM events WHERE number > ? "
                "ORDER BY number LIMIT ?)",
                [position, most - queued],
            ).fetchone()
            if last is not None:
                connection.execute(_QUEUE, [webhook_id, now, position, last, types])
                connection.execute(
                    "UPDATE webhooks SET position = ? WHERE webhook_id = ?", [last, webhook_id]
                )

    def has_news(self, webhook: Webhook, most: int = MAX_QUEUED) -> bool:
        """Return whether ``queue`` would queue something; asking takes no lock from writers."""
        [(queued,)] = self._read(_QUEUED, webhook.webhook_id)
        news = "SELECT 1 FROM events WHERE number > ? LIMIT 1"
        return queued < most and bool(self._read(news, webhook.position))

    def due(self, webhook_id: str, now: float, limit: int) -> list[Delivery]:
        """The first deliveries whose time has come, at most one for each subject, in order."""
        query = (
            f"{_DELIVERIES} WHERE webhook_id = ? AND next_at <= ? AND NOT EXISTS ({_EARLIER}) "
            "ORDER BY deliveries.number LIMIT ?"
        )
        return [_delivery(webhook_id, row) for row in self._read(query, webhook_id, now, limit)]

    def delivered(self, webhook_id: str, number: int) -> None:
        """Forget a delivery."""
        self._write(
            "DELETE FROM deliveries WHERE webhook_id = ? AND number = ?", webhook_id, number
        )

    def failed(self, webhook_id: str, number: int, next_at: float | None, error: str) -> None:
        """Note that an attempt has failed, and when the next one is; ``None``: there is none."""
        self._write(
            "UPDATE deliveries SET attempts = attempts + 1, next_at = ?, error = ? "
            "WHERE webhook_id = ? AND number = ?",
            next_at,
            error,
            webhook_id,
            number,
        )

    def hasten(self, webhook_id: str, now: float) -> None:
        """Let all that is tried again be due now, since the receiver is back."""
        self._write(
            "UPDATE deliveries SET next_at = ? WHERE webhook_id = ? AND next_at > ?",
            now,
            webhook_id,
            now,
        )

    def dead(self, webhook_id: str) -> list[Delivery]:
        """The dead letters of a webhook, in the order of their events."""
        query = f"{_DELIVERIES} WHERE webhook_id = ? AND next_at IS NULL ORDER BY deliveries.number"
        return [_delivery(webhook_id, row) for row in self._read(query, webhook_id)]

    def replay(self, webhook_id: str, now: float, event_id: str | None = None) -> int:
        """Queue dead letters anew, all of a webhook or one; how many.

        Args:
            webhook_id: whose.
            now: seconds since the epoch (UTC).
            event_id: of the one; ``None``: all.
        """
        with self._database.writing() as connection:
            return connection.execute(
                "UPDATE deliveries SET attempts = 0, next_at = ? "
                "WHERE webhook_id = ? AND next_at IS NULL AND (? IS NULL OR number IN "
                "(SELECT number FROM events WHERE event_id = ?))",
                [now, webhook_id, event_id, event_id],
            ).rowcount

    def backlogs(self) -> dict[str, Backlog]:
        """What each webhook has not got, by its id."""
        rows = self._read(
            "SELECT webhook_id, (SELECT count(*) FROM deliveries WHERE deliveries.webhook_id = "
            "webhooks.webhook_id AND next_at IS NOT NULL), (SELECT count(*) FROM deliveries WHERE "
            "deliveries.webhook_id = webhooks.webhook_id AND next_at IS NULL), "
            "(SELECT count(*) FROM events WHERE number > position) FROM webhooks"
        )
        return {row[0]: Backlog(*row[1:]) for row in rows}

    def _webhook(self, row: Row) -> Webhook:
        webhook_id, url, secret, types, created_at, position = row
        named = tuple(EventType(each) for each in json.loads(types))
        text = self._sealing.open(secret, webhook_id).decode()
        return Webhook(webhook_id, url, text, named, created_at, position)

    def _read(self, query: str, *values: object) -> list[Row]:
        with self._database.reading() as connection:
            return connection.execute(query, values).fetchall()

    def _write(self, query: str, *values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(query, values)


def _delivery(webhook_id: str, row: Row) -> Delivery:
    attempts, next_at, error, number, *fields = row
    event = Event(**EVENT.fields(tuple(fields)), number=number)
    return Delivery(webhook_id, event, attempts, next_at, error)
