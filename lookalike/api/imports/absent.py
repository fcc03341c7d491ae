"""The routes of ``/imports`` on AWS, where the command line loads catalogues instead."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.http import contract
from lookalike.http.absent import AnyId, declared_absent
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router

_INSTEAD = (
    "This deployment does not load catalogue files. Run `lookalike import CATALOGUE.csv --url …`, "
    "which stores the products one by one, or send each to PUT /products/{entity_id}."
)
_DECLARED = declared_absent(contract.Topic.IMPORTS, _INSTEAD)


def absent_imports_routes() -> Router:
    """The routes of imports, each with a problem that says what to do instead."""
    router = new_router()

    @router.post("/imports", operation_id="startImport", **_DECLARED)
    def create_import() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    @router.get("/imports", operation_id="listImports", **_DECLARED)
    def list_imports() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    @router.get("/imports/<import_id>", operation_id="getImport", **_DECLARED)
    def get_import(import_id: AnyId) -> Response[None]:  # noqa: ARG001 - in the path
        raise UnknownPathError(_INSTEAD)

    @router.delete("/imports/<import_id>", operation_id="cancelImport", **_DECLARED)
    def cancel_import(import_id: AnyId) -> Response[None]:  # noqa: ARG001 - in the path
        raise UnknownPathError(_INSTEAD)

    @router.get("/imports/<import_id>/failures", operation_id="listImportFailures", **_DECLARED)
    def get_failures(import_id: AnyId) -> Response[None]:  # noqa: ARG001 - in the path
        raise UnknownPathError(_INSTEAD)

    return router
