"""The routes of ``/imports``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.models import Example
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from pydantic import Field, StringConstraints

from lookalike.api.arrival_parameters import Check, OnDuplicateQuery, policy
from lookalike.api.attribute_filter import MAX_CONDITIONS, AttributeFilter, attribute_pairs
from lookalike.api.imports.models import FailuresAnswer, ImportAnswer
from lookalike.api.imports.service import ManageImports
from lookalike.catalogue.feed_scope import FeedScope
from lookalike.catalogue.max_deletions import DEFAULT_MAX_DELETIONS, PATTERN, MaxDeletions
from lookalike.catalogue.sync_options import SyncOptions
from lookalike.errors import BadParameterError
from lookalike.http import bodies, contract, examples
from lookalike.http.problems import UnsupportedMediaTypeError
from lookalike.http.routing import new_router
from lookalike.storage.import_runs import ImportMode

MAX_FAILURES = 1000
"""Number of refused rows that a page may have."""

_CATALOGUE = {
    "row": Example(
        summary="One product of the sample catalogue",
        value=f"entity_id,sku,image_url\nexample-2,SKU-2,{examples.ORIGINAL_URL}\n",
    )
}
_JSON_LINES = "application/x-ndjson"
_RAW_TYPES = (
    *("text/tab-separated-values", "application/xml", "text/xml", "application/rss+xml"),
    *("application/atom+xml", "application/vnd.apache.parquet", "application/gzip"),
    *("application/x-gzip", "application/octet-stream"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""What bodies may say they are, beside CSV and JSON. The format is told by their content."""
# Types of JSON are read, too, and not listed: the Python client of openapi-generator would take the
# first one for the form, and send that without its file.
_CATALOGUE_BODY = contract.request_body(
    "The catalogue as it is, or as the field `catalogue` of a form, in any format that `lookalike "
    "import` reads: CSV, TSV, JSON, JSON Lines, Parquet, XLSX, RSS, Atom, and gzip of each. The "
    "format is told by the content.",
    {
        bodies.FORM: {"schema": contract.file_form("CatalogueForm", "catalogue")},
        "text/csv": {
            "schema": {"type": "string", "minLength": 1},
            "examples": examples.shown(_CATALOGUE),
        },
        **{name: {"schema": contract.BINARY} for name in _RAW_TYPES},
    },
)
_Mode = Annotated[
    ImportMode,
    Query(
        description="`sync` makes the catalogue equal to the file: when all rows are loaded, "
        "products that it does not name are deleted."
    ),
]
_MaxDeletions = Annotated[
    Annotated[str, StringConstraints(pattern=f"^({PATTERN})$", max_length=20)],
    Query(
        description="With `mode=sync`: how many products may be deleted, as a number or a share "
        "of those that are there. Where the file lacks more, the import fails before it changes "
        "anything."
    ),
]
_Filters = Annotated[
    list[AttributeFilter],
    Query(
        alias="filter",
        max_length=MAX_CONDITIONS,
        description="With `mode=sync`: the file is about the products with this attribute alone, "
        "as `key:value`; repeatable. Others are not deleted.",
    ),
]
_ImportId = Annotated[str, Path(description="The `id` in the answer of POST /imports.")]
_START = {
    HTTPStatus.ACCEPTED.value: contract.answer(
        ImportAnswer, "The import has begun; `Location` has its path."
    ),
    **contract.problem_answers(HTTPStatus.UNPROCESSABLE_ENTITY, *contract.WITH_BODY),
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
        openapi_extensions=_CATALOGUE_BODY,
    )
    def start_import(  # noqa: PLR0913 - one argument per query parameter
        request: Request,
        *,
        mode: _Mode = ImportMode.IMPORT,
        max_deletions: _MaxDeletions = str(DEFAULT_MAX_DELETIONS),
        filters: _Filters = [],  # noqa: B006 - copied by Powertools
        check: Check = False,
        on_duplicate: OnDuplicateQuery = None,
    ) -> Response[ImportAnswer]:
        scope = FeedScope(attribute_pairs(filters))
        is_sync = mode is ImportMode.SYNC
        sync = SyncOptions(MaxDeletions.parse(max_deletions), scope) if is_sync else None
        catalogue = _catalogue(request.resolved_event)
        progress = service.start(catalogue, sync, policy(check, on_duplicate))
        return Response(
            status_code=HTTPStatus.ACCEPTED,
            content_type="application/json",
            headers={"Location": f"/imports/{progress.run.import_id}"},
            body=ImportAnswer.of(progress),
        )

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


def _catalogue(event: BaseProxyEvent) -> bytes:
    """The catalogue in a body."""
    kind = bodies.media_type(event)
    if kind == bodies.FORM:
        catalogue, _ = bodies.form_file(event, "catalogue")
    elif kind in ("text/csv", bodies.JSON, _JSON_LINES, "", *_RAW_TYPES):
        catalogue = bodies.raw_body(event)
    else:
        raise UnsupportedMediaTypeError(
            "Send the file with the header Content-Type: text/csv, or another that says its "
            "format, or application/octet-stream; or as the field 'catalogue' of a "
            "multipart/form-data form."
        )
    if not catalogue:
        raise BadParameterError("The catalogue in the body is empty.")
    return catalogue
