"""The route ``/import_previews``, and what a deployment without it answers."""

from __future__ import annotations

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.api.imports.catalogue_requests import (
    CATALOGUE_BODY,
    Filters,
    MaxDeletionsQuery,
    Mode,
    catalogue_in,
    sync_options,
)
from lookalike.api.imports.column_parameters import NOT_READABLE, ColumnsQuery, columns_of
from lookalike.api.imports.preview_models import ImportPreviewAnswer
from lookalike.api.imports.previewer import ImportPreviewer
from lookalike.catalogue.max_deletions import DEFAULT_MAX_DELETIONS
from lookalike.http import contract
from lookalike.http.absent import declared_absent
from lookalike.http.problems import UnknownPathError
from lookalike.http.routing import new_router
from lookalike.storage.import_runs import ImportMode

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
    def preview_import(
        request: Request,
        *,
        mode: Mode = ImportMode.IMPORT,
        max_deletions: MaxDeletionsQuery = str(DEFAULT_MAX_DELETIONS),
        filters: Filters = [],  # noqa: B006 - copied by Powertools
        columns: ColumnsQuery = [],  # noqa: B006 - as above
    ) -> ImportPreviewAnswer:
        sync = sync_options(mode, max_deletions, filters)
        catalogue = catalogue_in(request.resolved_event)
        preview = previewer.preview(catalogue, sync, columns_of(columns))
        return ImportPreviewAnswer.of(preview)

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
