"""The routes of ``/search`` on AWS where there is no OpenSearch."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.http import contract
from lookalike.http.absent import declared_absent
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router

_INSTEAD = (
    "This deployment does not search by looks, since it has no OpenSearch: its environment names a "
    "small index alone. A service on one machine does."
)
_DECLARED = declared_absent(contract.Topic.SEARCH, _INSTEAD)


def absent_search_routes() -> Router:
    """The routes of searches by looks, each with a problem that says what to do instead."""
    router = new_router()

    @router.get("/search", operation_id="searchByUrl", **_DECLARED)
    def search_address() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    @router.post("/search", operation_id="searchByPicture", **_DECLARED)
    def search_body() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    return router
