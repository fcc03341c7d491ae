"""The routes of ``/imports``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import Field, StringConstraints

from lookalike.api.arrival_parameters import Check, OnDuplicateQuery, policy
from lookalike.api.imports.catalogue_requests import (
    CATALOGUE_BODY,
    DryRun,
    WantedImport,
    catalogue_in,
    wanted_import,
)
from lookalike.api.imports.column_parameters import NOT_READABLE
from lookalike.api.imports.models import FailuresAnswer, ImportAnswer, ImportsAnswer
from lookalike.api.imports.service import ImportProgress, ManageImports
from lookalike.http import contract
from lookalike.http.routing import new_router
from lookalike.http.shared_parameters import taking

MAX_FAILURES = 1000
"""Number of refused rows that a page may have."""

MAX_LISTED = 100
"""Imports that one answer may list."""

_Source = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=2048)] | None,
    Query(
        description="On AWS, in place of a body: a file in the bucket of imports "
        "(`s3://bucket/key`), or one that was uploaded (`upload:…`, by POST /uploads)."
    ),
]
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
    @taking(wanted=wanted_import)
    def start_import(  # noqa: PLR0913 - one argument per query parameter
        request: Request,
        *,
        wanted: WantedImport,
        dry_run: DryRun = False,
        check: Check = False,
        on_duplicate: OnDuplicateQuery = None,
        source: _Source = None,
    ) -> Response[ImportAnswer]:
        sync = wanted.sync_or_dry_run(dry_run=dry_run)
        options = sync, policy(check, on_duplicate), wanted.columns
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
