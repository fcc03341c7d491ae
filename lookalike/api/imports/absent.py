"""``/imports`` where there are none: on AWS, catalogues are loaded from outside."""

from __future__ import annotations

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.http import contract
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router

_ABSENT = contract.problem_answers(HTTPStatus.NOT_FOUND)
_SUMMARY = "Not in this deployment"
_INSTEAD = (
    "This deployment does not load catalogue files. Run `lookalike import CATALOGUE.csv --url …`, "
    "which registers the products one by one, or PUT them to /products."
)


def absent_imports_routes() -> Router:
    """The routes of imports, each of which says what to do instead."""
    router = new_router()

    @router.post("/imports", summary=_SUMMARY, description=_INSTEAD, responses=_ABSENT)
    def create_import() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    @router.get("/imports/<import_id>", summary=_SUMMARY, description=_INSTEAD, responses=_ABSENT)
    def get_import(import_id: str) -> Response[None]:  # noqa: ARG001 - in the path
        raise UnknownPathError(_INSTEAD)

    @router.get(
        "/imports/<import_id>/failures", summary=_SUMMARY, description=_INSTEAD, responses=_ABSENT
    )
    def get_failures(import_id: str) -> Response[None]:  # noqa: ARG001 - in the path
        raise UnknownPathError(_INSTEAD)

    return router
