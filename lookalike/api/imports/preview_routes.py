"""The route ``/import_previews``, and what a deployment without it answers."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.api.imports.catalogue_requests import (
    CATALOGUE_BODY,
    WantedImport,
    catalogue_in,
    wanted_import,
)
from lookalike.api.imports.column_parameters import NOT_READABLE
from lookalike.api.imports.preview_models import ImportPreviewAnswer
from lookalike.api.imports.previewer import ImportPreviewer
from lookalike.http import contract
from lookalike.http.absent import declared_absent
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router
from lookalike.http.shared_parameters import taking

_PREVIEW = {
    **contract.answers(ImportPreviewAnswer, "What the import would do.", *contract.WITH_BODY),
    **NOT_READABLE,
}
_INSTEAD = (
    "This deployment does not say what an import would do. Run `lookalike sync CATALOGUE.csv "
    "--dry-run --url …`, which compares the products one by one."
)


def preview_imports_routes(previewer: ImportPreviewer) -> Router:
    """The route ``/import_previews``."""
    router = new_router()

    @router.post(
        "/import_previews",
        summary="Say what an import would do",
        description="Reads a catalogue file to its end, says what its columns are recognised as, "
        "and compares its rows with the products that are stored. Nothing is changed, and no "
        "picture is read.",
        operation_id="previewImport",
        tags=[contract.Topic.IMPORTS],
        responses=_PREVIEW,
        openapi_extensions=CATALOGUE_BODY,
    )
    @taking(wanted=wanted_import)
    def preview_import(request: Request, *, wanted: WantedImport) -> ImportPreviewAnswer:
        catalogue = catalogue_in(request.resolved_event)
        return ImportPreviewAnswer.of(previewer.preview(catalogue, wanted.sync, wanted.columns))

    return router


def absent_preview_routes() -> Router:
    """The route on AWS, with a problem that says what to do instead."""
    router = new_router()

    @router.post(
        "/import_previews",
        operation_id="previewImport",
        **declared_absent(contract.Topic.IMPORTS, _INSTEAD),
    )
    def preview_import() -> Response[None]:
        raise UnknownPathError(_INSTEAD)

    return router
