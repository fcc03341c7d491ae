"""The routes of ``/imports``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field

from lookalike.api.arrival_parameters import Check, OnDuplicateQuery, policy
from lookalike.api.imports.catalogue_requests import (
    CATALOGUE_BODY,
    Filters,
    MaxDeletionsQuery,
    Mode,
    Source,
    catalogue_in,
    sync_options,
)
from lookalike.api.imports.column_parameters import NOT_READABLE, ColumnsQuery, columns_of
from lookalike.api.imports.models import FailuresAnswer, ImportAnswer, ImportsAnswer
from lookalike.api.imports.service import ImportProgress, ManageImports
from lookalike.catalogue.max_deletions import DEFAULT_MAX_DELETIONS
from lookalike.http import contract
from lookalike.http.routing import new_router
from lookalike.storage.import_runs import ImportMode

MAX_FAILURES = 1000
"""Number of refused rows that a page may have."""

MAX_LISTED = 100
"""Imports that one answer may list."""

_ImportId = Annotated[str, Path(description="The `id` in the answer of POST /imports.")]
_START = {
    HTTPStatus.ACCEPTED.value: contract.answer(
        ImportAnswer, "The import has begun; `Location` has its path."
    ),
    **contract.problem_answers(*contract.WITH_BODY),
    **NOT_READABLE,
}
_LIST = contract.answers(ImportsAnswer, "The imports, the newest first.")
_RESUME = {
    HTTPStatus.ACCEPTED.value: contract.answer(ImportAnswer, "The import goes on."),
    **contract.problem_answers(HTTPStatus.NOT_FOUND),
}
_GET = contract.answers(ImportAnswer, "The progress of the import.", HTTPStatus.NOT_FOUND)
_CANCEL = contract.answers(ImportAnswer, "The import, which has ended.", HTTPStatus.NOT_FOUND)
_FAILURES = contract.answers(FailuresAnswer, "A page of refused rows.", HTTPStatus.NOT_FOUND)


def manage_imports_routes(service: ManageImports) -> Router:
    """The routes of ``/imports``."""
    router = new_router()

    @router.post(
        "/imports",
        summary="Load a catalogue file",
        description="Begins to load a catalogue file in the background. Products are created and "
        "replaced, and none is deleted unless `mode=sync` says so.",
        operation_id="startImport",
        tags=[contract.Topic.IMPORTS],
        responses=_START,
        openapi_extensions=CATALOGUE_BODY,
    )
    def start_import(  # noqa: PLR0913 - one argument per query parameter
        request: Request,
        *,
        mode: Mode = ImportMode.IMPORT,
        max_deletions: MaxDeletionsQuery = str(DEFAULT_MAX_DELETIONS),
        filters: Filters = [],  # noqa: B006 - copied by Powertools
        columns: ColumnsQuery = [],  # noqa: B006 - as above
        check: Check = False,
        on_duplicate: OnDuplicateQuery = None,
        source: Source = None,
    ) -> Response[ImportAnswer]:
        sync = sync_options(mode, max_deletions, filters)
        options = sync, policy(check, on_duplicate), columns_of(columns)
        if source:
            return _accepted(service.start_from(source, *options))
        return _accepted(service.start(catalogue_in(request.resolved_event), *options))

    @router.get(
        "/imports",
        summary="List the last imports",
        description="Those that run, wait or have ended, the newest first, with their progress.",
        operation_id="listImports",
        tags=[contract.Topic.IMPORTS],
        responses=_LIST,
    )
    def list_imports(
        limit: Annotated[
            Annotated[int, Field(ge=1, le=MAX_LISTED)],
            Query(description="The maximum number of imports in the answer."),
        ] = 20,
    ) -> ImportsAnswer:
        return ImportsAnswer(imports=[ImportAnswer.of(each) for each in service.newest(limit)])

    @router.get(
        "/imports/<import_id>",
        summary="Read the progress of an import",
        operation_id="getImport",
        tags=[contract.Topic.IMPORTS],
        responses=_GET,
    )
    def get_import(import_id: _ImportId) -> ImportAnswer:
        return ImportAnswer.of(service.get(import_id))

    @router.delete(
        "/imports/<import_id>",
        summary="Cancel an import",
        description="Ends an import that runs or waits. What it has loaded stays, and it does not "
        "go on after a restart. An import that has ended already stays as it is.",
        operation_id="cancelImport",
        tags=[contract.Topic.IMPORTS],
        responses=_CANCEL,
    )
    def cancel_import(import_id: _ImportId) -> ImportAnswer:
        return ImportAnswer.of(service.cancel(import_id))

    @router.post(
        "/imports/<import_id>/resume",
        summary="Go on with an import that has ended",
        description="Goes on with the rows that are left of an import that was cancelled or has "
        "failed, on AWS. A service on one machine does not: send the file again there.",
        operation_id="resumeImport",
        tags=[contract.Topic.IMPORTS],
        responses=_RESUME,
    )
    def resume_import(
        import_id: _ImportId,
        *,
        failed: Annotated[
            bool, Query(description="Also try again the rows that were refused.")
        ] = False,
    ) -> Response[ImportAnswer]:
        return _accepted(service.resume(import_id, retry_failed=failed))

    @router.get(
        "/imports/<import_id>/failures",
        summary="List the refused rows of an import",
        description="The first 10,000 of them are kept.",
        operation_id="listImportFailures",
        tags=[contract.Topic.IMPORTS],
        responses=_FAILURES,
    )
    def get_failures(
        import_id: _ImportId,
        after: Annotated[
            Annotated[int, Field(ge=-1, le=1_000_000_000)],
            Query(description="Only rows with numbers above this one."),
        ] = -1,
        limit: Annotated[
            Annotated[int, Field(ge=1, le=MAX_FAILURES)],
            Query(description="The maximum number of rows in the answer."),
        ] = 100,
    ) -> FailuresAnswer:
        page = service.failures(import_id, after, limit)
        return FailuresAnswer.of(page, f"/imports/{import_id}/failures")

    return router


def _accepted(progress: ImportProgress) -> Response[ImportAnswer]:
    return Response(
        status_code=HTTPStatus.ACCEPTED,
        content_type="application/json",
        headers={"Location": f"/imports/{progress.run.import_id}"},
        body=ImportAnswer.of(progress),
    )
