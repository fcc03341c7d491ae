"""Events as items of a DynamoDB table, whose stream brings them to the event bus."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import randrange
from typing import Any

from typing_extensions import override

from lookalike.storage.dynamodb.attributes import INTEGER, TEXT, Item, read_item, write_item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.item_changes import ItemChange, Request, Table
from lookalike.storage.dynamodb.schema import (
    BY_SUBJECT,
    EVENT_ATTRIBUTES,
    EVENT_ID,
    EVENT_PLACE,
    EVENT_SUBJECT,
    EVENTS,
    EVENTS_EXPIRE_AT,
    NUMBER_OF_EVENT,
)
from lookalike.storage.events import Event, EventStore, EventType

KEPT_DAYS = 30
"""After which an event is no longer listed, and DynamoDB removes it; so all are of two months, or
of three around the end of February."""
SETTLE_SECONDS = 10.0
"""Younger events are not listed yet: a transaction that was begun before them may still be written,
with a lower number, and whoever went on from them would never see it. One ends within eight
seconds (``TABLE_RETRIES``)."""
_A_SECOND, _A_MICROSECOND = 100_000_000, 100


class DynamodbEvents(EventStore):
    """The events of a table.

    Nothing counts them, since all who write would have to wait for one item. A number is the time
    when an event was written, in hundredths of a microsecond, of which the last two digits are
    drawn: 18 digits until 2286. So ``last`` is always 0.

    Events are kept in one place for each month and type. Those of a transaction that has not ended
    are not listed. DynamoDB itself sweeps, and keeps the index by subject moments behind, which
    nobody sees who waits until events are settled.

    Args:
        database: reads and writes items.
        name: name of the table.
        clock: seconds since the epoch (UTC).
        settle: seconds until an event is listed.
    """

    def __init__(
        self,
        database: DynamodbDatabase,
        name: str,
        clock: Callable[[], float] = time.time,
        settle: float = SETTLE_SECONDS,
    ) -> None:
        self._database = database
        self._table = Table(name, EVENTS)
        self._clock = clock
        self._settle = settle
        self._newest = 0
        self._numbering = threading.Lock()

    @override
    def add(self, events: Sequence[Event]) -> None:
        numbered = (replace(event, number=self._next_number()) for event in events)
        items = [event_item(event) for event in numbered]
        self._database.write(
            [NewEvent(self._table, self._table.item_key(item), item) for item in items]
        )

    @override
    def page(
        self, after: int, limit: int, types: Collection[EventType] = (), subject: str = ""
    ) -> list[Event]:
        oldest, newest = self._listed
        return self._in_order(_Span(max(after + 1, oldest), newest), limit, types, subject)

    @override
    def newest(
        self, before: int, limit: int, types: Collection[EventType] = (), subject: str = ""
    ) -> list[Event]:
        oldest, newest = self._listed
        last = min(before - 1, newest) if before else newest
        return self._in_order(_Span(oldest, last, is_descending=True), limit, types, subject)

    @override
    def last(self) -> int:
        return 0

    @override
    def sweep(self, before: float) -> int:
        """Do nothing: every item says when it expires."""
        return 0

    def _next_number(self) -> int:
        """A number above all that this store has given, so that events keep their order."""
        with self._numbering:
            self._newest = max(self._newest + 1, _number(self._clock()) + randrange(_A_MICROSECOND))  # noqa: S311 - against collisions, not attackers
            return self._newest

    @property
    def _listed(self) -> tuple[int, int]:
        """The numbers between which events are listed."""
        now = self._clock()
        kept = timedelta(days=KEPT_DAYS).total_seconds()
        return _number(now - kept), _number(now - self._settle)

    def _in_order(
        self, span: _Span, limit: int, types: Collection[EventType], subject: str
    ) -> list[Event]:
        if span.is_empty:
            return []
        if subject:
            events = self._queried(span, limit, EVENT_SUBJECT, subject, IndexName=BY_SUBJECT.name)
            return list(islice((e for e in events if e.type in (types or EventType)), limit))
        found = list[Event]()
        for month in span.months:
            places = (_place(month, kind) for kind in types or EventType)
            of_month = [
                event
                for place in places
                for event in islice(self._queried(span, limit, EVENT_PLACE, place), limit)
            ]
            found += sorted(of_month, key=lambda each: each.number, reverse=span.is_descending)
            if len(found) >= limit:
                break
        return found[:limit]

    def _queried(
        self, span: _Span, limit: int, key: str, value: str, **parameters: str
    ) -> Iterator[Event]:
        """The events whose key has a value, of numbers within a span, in its order, read lazily."""
        query: dict[str, Any] = {
            "KeyConditionExpression": f"{key} = :value AND #number BETWEEN :first AND :last",
            "ExpressionAttributeNames": {"#number": NUMBER_OF_EVENT},
            "ExpressionAttributeValues": {
                ":value": TEXT.write(value),
                ":first": INTEGER.write(span.first),
                ":last": INTEGER.write(span.last),
            },
            "ScanIndexForward": not span.is_descending,
            "Limit": limit,
            **parameters,
        }
        return map(event_from, self._database.items("query", self._table, **query))


@dataclass(frozen=True, slots=True)
class _Span:
    """Numbers of events, from the first to the last."""

    first: int
    last: int
    is_descending: bool = False

    @property
    def is_empty(self) -> bool:
        return self.first > self.last

    @property
    def months(self) -> list[str]:
        """The months in which they are, none of which is shorter than 28 days, in order."""
        step = int(timedelta(days=28).total_seconds()) * _A_SECOND
        months = {_month(number) for number in (*range(self.first, self.last, step), self.last)}
        return sorted(months, reverse=self.is_descending)


@dataclass(frozen=True, slots=True)
class NewEvent(ItemChange):
    """Puts an event, behind one that already has its number. Repeating it does no harm."""

    item: Item

    @override
    def request(self) -> Request:
        return {
            "Put": {
                "TableName": self.table.name,
                "Item": self.item,
                "ConditionExpression": f"attribute_not_exists({EVENT_ID}) OR {EVENT_ID} = :own",
                "ExpressionAttributeValues": {":own": self.item[EVENT_ID]},
            }
        }

    @override
    def after(self, stored: Item | None) -> Item | None:
        return self.item

    @override
    def corrected(self, stored: Item | None) -> ItemChange:
        number = INTEGER.read(self.item[NUMBER_OF_EVENT]) + 1
        item = self.item | {NUMBER_OF_EVENT: INTEGER.write(number)}
        return NewEvent(self.table, self.table.item_key(item), item)


def event_item(event: Event) -> Item:
    """The item of an event with its number."""
    written_at = event.number // _A_SECOND
    expires_at = written_at + int(timedelta(days=KEPT_DAYS).total_seconds())
    return write_item(event, EVENT_ATTRIBUTES) | {
        EVENT_PLACE: TEXT.write(_place(_month(event.number), event.type)),
        EVENTS_EXPIRE_AT: INTEGER.write(expires_at),
    }


def event_from(item: Item) -> Event:
    """The event that ``event_item`` wrote."""
    return Event(**read_item(item, EVENT_ATTRIBUTES))


def _number(seconds: float) -> int:
    return int(seconds * 1_000_000) * _A_MICROSECOND


def _month(number: int) -> str:
    return datetime.fromtimestamp(number // _A_SECOND, UTC).strftime("%Y-%m")


def _place(month: str, kind: EventType) -> str:
    return f"{month} {kind.value}"
