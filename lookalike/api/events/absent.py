"""The route ``/events`` on AWS, where no events are kept."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.http import contract
from lookalike.http.absent import declared_absent
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router

_INSTEAD = (
    "This deployment keeps no events. Only a service that `lookalike serve` runs lists them, and "
    "sends them to webhooks."
)


def absent_events_routes() -> Router:
    """The route of events, with a problem that says where there are some."""
    router = new_router()

    @router.get(
        "/events",
        operation_id="listEvents",
        **declared_absent(contract.Topic.EVENTS, _INSTEAD),
    )
    def list_events() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    return router
