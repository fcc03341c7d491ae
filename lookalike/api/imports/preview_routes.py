"""The route ``/import_previews``."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Request
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
from lookalike.http.routing import new_router
from lookalike.http.shared_parameters import taking

_PREVIEW = {
    **contract.answers(ImportPreviewAnswer, "What the import would do.", *contract.WITH_BODY),
    **NOT_READABLE,
}


def preview_imports_routes(previewer: ImportPreviewer) -> Router:
    """The route ``/import_previews``."""
    router = new_router()

    @router.post(
        "/import_previews",
        summary="Say what an import would do",
        description="Reads a catalogue file, says what its columns are recognised as, and compares "
        "its rows with the products that are stored. Nothing is changed, and no picture is read.",
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
