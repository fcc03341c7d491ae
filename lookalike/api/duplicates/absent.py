"""The routes of ``/duplicates`` on AWS, where nothing compares a whole catalogue yet."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.http import contract
from lookalike.http.absent import AnyId, declared_absent
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router

_INSTEAD = (
    "This deployment does not search its whole catalogue for duplicates. On one machine, run "
    "`lookalike import` into a data folder, and then `lookalike duplicates`."
)
_DECLARED = declared_absent(contract.Topic.DUPLICATES, _INSTEAD)


def absent_duplicates_routes() -> Router:
    """The routes of duplicates, each with a problem that says what to do instead."""
    router = new_router()

    @router.post("/duplicates", operation_id="startDuplicates", **_DECLARED)
    def start_duplicates() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    @router.get("/duplicates/<run_id>", operation_id="getDuplicates", **_DECLARED)
    def get_duplicates(run_id: AnyId) -> Response[None]:  # noqa: ARG001 - in the path
        raise UnknownPathError(_INSTEAD)

    @router.get("/duplicates/<run_id>/groups", operation_id="listDuplicateGroups", **_DECLARED)
    def get_groups(run_id: AnyId) -> Response[None]:  # noqa: ARG001 - in the path
        raise UnknownPathError(_INSTEAD)

    return router
