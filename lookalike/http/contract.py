"""The OpenAPI document: what routes declare about their answers, and the finished document."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import BaseModel

from lookalike.http.problems import CONTENT_TYPE, Problem

TITLE = "Lookalike"
DESCRIPTION = "Is this product photograph already in my catalogue, even edited?"
_UNUSED = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_MEANING = {
    HTTPStatus.BAD_REQUEST: "A parameter or the body is missing, malformed or out of range.",
    HTTPStatus.FORBIDDEN: "A page of another site is behind the request.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The path serves other methods; see `Allow`.",
    HTTPStatus.REQUEST_TIMEOUT: "The request did not arrive in time.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than we read.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Not a type, or not an image, that we read.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The picture or the file is refused; see `code`.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests; see `Retry-After`.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Something that we depend on is away; see `Retry-After`.",
}
_ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)
STORED = (HTTPStatus.SERVICE_UNAVAILABLE,)
"""Further statuses of a route that reads or writes a store."""
WITH_BODY = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
"""Further statuses of a route that reads a body."""
WITH_PICTURE = (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY)
"""Further statuses of a route that reads a picture."""


def answers(
    model: type[BaseModel], description: str, *problems: HTTPStatus
) -> dict[int, OpenAPIResponse]:
    """The answers of a route: 200 with this model, and a problem with each of these statuses."""
    return {HTTPStatus.OK.value: answer(model, description), **problem_answers(*problems)}


def answer(model: type[BaseModel], description: str) -> OpenAPIResponse:
    """One JSON answer."""
    return {"description": description, "content": {"application/json": {"model": model}}}


def problem_answers(*problems: HTTPStatus) -> dict[int, OpenAPIResponse]:
    """The problems of a route: these statuses, and those that every route may end in."""
    statuses = sorted({*_ALWAYS, *problems})
    return {
        status.value: {
            "description": _MEANING[status],
            "content": {CONTENT_TYPE: {"model": Problem}},
        }
        for status in statuses
    }


def request_body(description: str, schemas: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What to declare for a body that the route reads itself: schema by media type."""
    content = {media_type: {"schema": schema} for media_type, schema in schemas.items()}
    return {"requestBody": {"description": description, "required": True, "content": content}}


BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}
"""The schema of raw bytes."""


def file_form(field: str) -> dict[str, Any]:
    """The schema of a form with one file."""
    upload = {"type": "string", "format": "binary"}
    return {"type": "object", "properties": {field: upload}, "required": [field]}


def document(resolver: APIGatewayRestResolver, version: str) -> str:
    """The OpenAPI document of all routes of a resolver, as JSON text."""
    text = resolver.get_openapi_json_schema(title=TITLE, version=version, description=DESCRIPTION)
    contract = json.loads(text)
    for item in contract["paths"].values():
        for operation in item.values():
            _drop_foreign_validation_answer(operation["responses"])
    schemas = contract.get("components", {}).get("schemas", {})
    for name in _UNUSED:
        schemas.pop(name, None)
    return json.dumps(contract, ensure_ascii=False)


def _drop_foreign_validation_answer(responses: dict[str, Any]) -> None:
    """Powertools lists its own 422 everywhere; ours of that status are problems."""
    content = responses.get("422", {}).get("content", {})
    if CONTENT_TYPE not in content:
        responses.pop("422", None)
