"""The route ``/events`` on AWS, where no events are kept."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.http import contract
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
        summary="Not in this deployment",
        description=_INSTEAD,
        operation_id="listEvents",
        tags=[contract.Topic.EVENTS],
        responses=contract.problem_answers(HTTPStatus.NOT_FOUND),
    )
    def list_events() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    return router
