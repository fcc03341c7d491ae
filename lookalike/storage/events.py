"""Events: what has happened to a catalogue, for other systems; and the interface of their store.

An event is written in the transaction of what it tells (an outbox): both are kept, or neither.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from typing_extensions import override


class EventType(StrEnum):
    """What an event tells."""

    DUPLICATE_FOUND = "duplicate.found"
    """A product that was checked on arrival shows a photograph that another one shows."""
    PICTURE_REGISTERED = "picture.registered"
    """A product was created or replaced, and shows this picture."""
    IMPORT_FINISHED = "import.finished"
    """An import of the service has ended, in whatever way."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened.

    Attributes:
        event_id: unique; a receiver knows by it what it has received already.
        type: what it tells.
        subject: the product or the import that it is about. Events about one subject are sent in
            their order.
        created_at: seconds since the epoch (UTC).
        data: as JSON has it; what is in it is in ``docs/events.md``.
        number: its place among all events, above 0, ascending; 0 until it is stored.
    """

    event_id: str
    type: EventType
    subject: str
    created_at: float
    data: Mapping[str, Any]
    number: int = 0

    @classmethod
    def new(cls, kind: EventType, subject: str, data: Mapping[str, Any], now: float) -> Event:
        """An event of now (seconds since the epoch, UTC) with an id of its own."""
        return cls(f"evt_{uuid.uuid4().hex}", kind, subject, now, data)


class EventStore(ABC):
    """The events of a catalogue, in the order in which they were written.

    Embedded, their numbers count them, and a page shows them at once. On AWS, a page shows them
    some seconds later, so that none comes before one that was shown already.
    """

    @abstractmethod
    def add(self, events: Sequence[Event]) -> None:
        """Append events. Do it in the transaction of what they tell."""

    @abstractmethod
    def page(
        self, after: int, limit: int, types: Collection[EventType] = (), subject: str = ""
    ) -> list[Event]:
        """The first events with numbers above ``after``, ascending.

        Args:
            after: a number; 0 is before all.
            limit: how many, at most.
            types: of the events; empty for all.
            subject: what they are about; empty for all.
        """

    @abstractmethod
    def newest(
        self, before: int, limit: int, types: Collection[EventType] = (), subject: str = ""
    ) -> list[Event]:
        """The last events with numbers below ``before``, descending; 0 is behind all."""

    @abstractmethod
    def last(self) -> int:
        """The number of the newest event, even if it is no longer kept; 0 before the first.

        Whoever reads the same number twice knows that no product was registered in between. On AWS,
        where nobody counts, it is always 0 and tells nothing.
        """

    @abstractmethod
    def sweep(self, before: float) -> int:
        """Remove events from before this time (seconds since the epoch, UTC); how many.

        Those that a webhook is still to get stay. Dead letters go. On AWS, events expire by
        themselves.
        """


class NoEvents(EventStore):
    """Of storages that keep no events: those in memory."""

    @override
    def add(self, events: Sequence[Event]) -> None:
        """Forget them."""

    @override
    def page(
        self, after: int, limit: int, types: Collection[EventType] = (), subject: str = ""
    ) -> list[Event]:
        return []

    @override
    def newest(
        self, before: int, limit: int, types: Collection[EventType] = (), subject: str = ""
    ) -> list[Event]:
        return []

    @override
    def last(self) -> int:
        return 0

    @override
    def sweep(self, before: float) -> int:
        return 0
