"""The answers about events, as the contract shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from lookalike.http.cursors import cursor_of
from lookalike.http.examples import EVENT
from lookalike.storage.events import Event, EventType


class EventAnswer(BaseModel):
    """Something that has happened. A webhook gets the same, but for `id`, which is in a header."""

    model_config = ConfigDict(json_schema_extra={"examples": [EVENT]})

    id: str = Field(description="Unique: a receiver knows by it what it has received already.")
    type: EventType
    timestamp: datetime = Field(description="When it happened.")
    data: dict[str, Any] = Field(
        description="What it is about; `entity_id` of a product, or `import_id` of an import, and "
        "what is said in docs/events.md."
    )

    @classmethod
    def of(cls, event: Event) -> EventAnswer:
        """The event as it is shown."""
        return cls(
            id=event.event_id,
            type=event.type,
            timestamp=datetime.fromtimestamp(event.created_at, UTC),
            data=dict(event.data),
        )


class EventsAnswer(BaseModel):
    """A page of events, the oldest first unless the newest are asked for."""

    events: list[EventAnswer]
    next_cursor: str | None = Field(
        description="The `cursor` of the next page; null on the last page."
    )
    latest_cursor: str = Field(
        description="Ask with this `cursor` later for what has happened since."
    )

    @classmethod
    def of(
        cls, events: Sequence[Event], limit: int, latest: int | None, start: int
    ) -> EventsAnswer:
        """A page, of which one more than ``limit`` were read.

        Args:
            events: in the order of the answer.
            limit: how many are shown.
            latest: the number of the event that later ones come after; ``None``: the last shown.
            start: the number that the caller's cursor names.
        """
        shown = events[:limit]
        last = shown[-1].number if shown else start
        return cls(
            events=[EventAnswer.of(event) for event in shown],
            next_cursor=cursor_of(str(last)) if len(events) > limit else None,
            latest_cursor=cursor_of(str(last if latest is None else latest)),
        )
