"""The route ``/events``."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field, StringConstraints

from lookalike.api.events.models import EventsAnswer
from lookalike.catalogue.product_limits import MAX_ENTITY_ID_LENGTH
from lookalike.errors import BadParameterError
from lookalike.http import contract, cursors
from lookalike.http.routing import new_router
from lookalike.storage.events import EventStore, EventType

MAX_LIMIT = 1_000
"""Events that one answer may list."""

_LIST = contract.answers(EventsAnswer, "A page of events.")
_Cursor = Annotated[
    Annotated[str, StringConstraints(max_length=cursors.MAX_LENGTH)],
    Query(
        description="A cursor of an answer; empty to begin with the oldest event that is kept, or "
        "with the newest."
    ),
]
_Limit = Annotated[
    Annotated[int, Field(ge=1, le=MAX_LIMIT)],
    Query(description="The maximum number of events in the answer."),
]
_Types = Annotated[
    list[EventType],
    Query(
        alias="type",
        max_length=len(EventType),
        description=f"Only events of this type: {', '.join(EventType)}; repeatable.",
    ),
]
_EntityId = Annotated[
    Annotated[str, StringConstraints(max_length=MAX_ENTITY_ID_LENGTH)],
    Query(description="Only events about this product; empty for all."),
]
_NewestFirst = Annotated[
    bool,
    Query(description="List the newest first; `next_cursor` then leads to older ones."),
]


def list_events_routes(events: EventStore) -> Router:
    """The route ``/events``."""
    router = new_router()

    @router.get(
        "/events",
        summary="List recent events",
        description="What has happened to the catalogue, the oldest first unless the newest are "
        "asked for. Ask again with `latest_cursor` for what has happened since; webhooks need not "
        "ask.",
        operation_id="listEvents",
        tags=[contract.Topic.EVENTS],
        responses=_LIST,
    )
    def list_events(
        cursor: _Cursor = "",
        limit: _Limit = 100,
        types: _Types = [],  # noqa: B006 - copied by Powertools
        entity_id: _EntityId = "",
        *,
        newest_first: _NewestFirst = False,
    ) -> EventsAnswer:
        start = _number(cursor)
        if newest_first:
            latest = events.last()  # before they are read: what comes meanwhile is listed twice
            found = events.newest(start, limit + 1, types, entity_id)
            if not cursor and found:
                latest = max(latest, found[0].number)
            return EventsAnswer.of(found, limit, latest, start)
        found = events.page(start, limit + 1, types, entity_id)
        return EventsAnswer.of(found, limit, None, start)

    return router


def _number(cursor: str) -> int:
    """The number of the event that a cursor names; 0 where there is none."""
    position = cursors.position_of(cursor) if cursor else "0"
    if not (position.isascii() and position.isdigit() and len(position) < 19):  # noqa: PLR2004 - 64 bits
        raise BadParameterError("cursor must be one that an answer of GET /events had.")
    return int(position)
