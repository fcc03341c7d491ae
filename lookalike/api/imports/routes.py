"""``/imports``: loading a catalogue file, and watching it being loaded."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from pydantic import Field

from lookalike.api.imports.models import FailuresAnswer, ImportAnswer
from lookalike.api.imports.service import ManageImports
from lookalike.errors import BadParameterError
from lookalike.http import bodies, contract
from lookalike.http.problems import UnsupportedMediaTypeError
from lookalike.http.routing import new_router

MAX_FAILURES = 1000
"""Refused rows on one page."""

_CATALOGUE_BODY = contract.request_body(
    "The catalogue (`entity_id,sku,image_url` and attributes), as it is or in a form.",
    {"text/csv": {"type": "string"}, "multipart/form-data": contract.file_form("catalogue")},
)
_ImportId = Annotated[str, Path(description="As POST /imports answered it.")]
_START = {
    HTTPStatus.ACCEPTED.value: contract.answer(ImportAnswer, "Accepted; see Location."),
    **contract.problem_answers(
        HTTPStatus.UNPROCESSABLE_ENTITY, *contract.WITH_BODY, *contract.STORED
    ),
}
_GET = contract.answers(ImportAnswer, "How it stands.", HTTPStatus.NOT_FOUND, *contract.STORED)
_FAILURES = contract.answers(
    FailuresAnswer, "Refused rows.", HTTPStatus.NOT_FOUND, *contract.STORED
)


def manage_imports_routes(service: ManageImports) -> Router:
    """The routes of ``/imports``."""
    router = new_router()

    @router.post(
        "/imports",
        summary="Load a catalogue file",
        responses=_START,
        openapi_extensions=_CATALOGUE_BODY,
    )
    def start_import(request: Request) -> Response[ImportAnswer]:
        progress = service.start(*_catalogue(request.resolved_event))
        return Response(
            status_code=HTTPStatus.ACCEPTED,
            content_type="application/json",
            headers={"Location": f"/imports/{progress.run.import_id}"},
            body=ImportAnswer.of(progress),
        )

    @router.get("/imports/<import_id>", summary="How an import stands", responses=_GET)
    def get_import(import_id: _ImportId) -> ImportAnswer:
        return ImportAnswer.of(service.get(import_id))

    @router.get(
        "/imports/<import_id>/failures",
        summary="The rows of an import that were refused",
        responses=_FAILURES,
    )
    def get_failures(
        import_id: _ImportId,
        after: Annotated[
            Annotated[int, Field(ge=-1, le=1_000_000_000)],
            Query(description="Only rows with numbers above this."),
        ] = -1,
        limit: Annotated[
            Annotated[int, Field(ge=1, le=MAX_FAILURES)], Query(description="Rows at most.")
        ] = 100,
    ) -> FailuresAnswer:
        page = service.failures(import_id, after, limit)
        return FailuresAnswer.of(page, f"/imports/{import_id}/failures")

    return router


def _catalogue(event: BaseProxyEvent) -> tuple[bytes, str]:
    """The catalogue in a body, and its file name (may be empty)."""
    kind = bodies.media_type(event)
    if kind == bodies.FORM:
        catalogue, filename = bodies.form_file(event, "catalogue")
    elif kind in ("text/csv", ""):
        catalogue, filename = bodies.raw_body(event), ""
    else:
        raise UnsupportedMediaTypeError(
            "Send the file with the header Content-Type: text/csv, or a multipart/form-data form"
            " with the field 'catalogue'."
        )
    if not catalogue:
        raise BadParameterError("The catalogue is empty.")
    return catalogue, filename
