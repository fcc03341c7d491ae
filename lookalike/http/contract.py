"""The OpenAPI document: what routes declare about themselves, and the finished document."""

from __future__ import annotations

import json
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.models import APIKey, APIKeyIn, Server, Tag
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import BaseModel

from lookalike.http.bodies import JSON
from lookalike.http.contract_schemas import COMPONENT, refined_schemas, whole_bounds
from lookalike.http.problems import CONTENT_TYPE, Problem

TITLE = "Lookalike"
DESCRIPTION = "Is this product photograph already in my catalogue, even edited?"
_HERE = Server(url=".", description="Where this document comes from.")
"""Relative, since a deployment or a proxy may serve everything below a path."""
_KEY = "ApiKey"
_KEY_HEADER = "x-api-key"
_UNUSED = ("HTTPValidationError", "ValidationError", "ResponseValidationError")


class Topic(StrEnum):
    """What a route is about: its tag in the document."""

    CHECKS = "Checks"
    SEARCH = "Search"
    PRODUCTS = "Products"
    IMPORTS = "Imports"
    DUPLICATES = "Duplicates"
    DECISIONS = "Decisions"
    EVENTS = "Events"
    UPLOADS = "Uploads"
    SERVICE = "Service"


_TOPICS = {
    Topic.CHECKS: "Find the products that show a picture, or compare two pictures.",
    Topic.SEARCH: "Find the products that look like a picture, whoever photographed them.",
    Topic.PRODUCTS: "Store, read, list and delete the products of the catalogue.",
    Topic.IMPORTS: "Load a catalogue file in the background.",
    Topic.DUPLICATES: "Find all duplicates within the catalogue, in the background.",
    Topic.DECISIONS: "Keep what people have decided about two products, and undo it.",
    Topic.EVENTS: "Hear what has happened to the catalogue.",
    Topic.UPLOADS: "Upload pictures that are too large for a request.",
    Topic.SERVICE: "See whether the service runs, and what it holds.",
}
_MEANING = {
    HTTPStatus.BAD_REQUEST: "A parameter or the body is missing, malformed or out of range.",
    HTTPStatus.UNAUTHORIZED: "The service needs an API key, and the request has none that is "
    "valid.",
    HTTPStatus.FORBIDDEN: "The request comes from a page of another site, or its API key may not "
    "do this.",
    HTTPStatus.NOT_FOUND: "There is no product, import, search or decision with this id.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The path does not support this method; `Allow` lists those "
    "that it supports.",
    HTTPStatus.REQUEST_TIMEOUT: "The body of the request did not arrive in time.",
    HTTPStatus.CONFLICT: "Something else stands than the caller saw, or another product shows the "
    "same photograph; `code` and `detail` say what.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body of the request is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The service does not read this media type or this kind "
    "of image.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The picture or the file is refused; `code` says why.",
    HTTPStatus.TOO_MANY_REQUESTS: "There are too many requests; `Retry-After` says how many "
    "seconds to wait.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The service failed; its log has the cause under the "
    "`request_id`.",
    HTTPStatus.SERVICE_UNAVAILABLE: "A store is not available, or the service is overloaded or "
    "stopping; `Retry-After` says how many seconds to wait.",
}
_ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
WITH_BODY = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
"""Further statuses of a route that reads a body."""
WITH_PICTURE = (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY)
"""Further statuses of a route that reads a picture."""
WITHOUT_KEY: dict[str, Any] = {"security": []}
"""The ``openapi_extensions`` of a route that never requires an API key."""


def answers(
    model: type[BaseModel], description: str, *problems: HTTPStatus
) -> dict[int, OpenAPIResponse]:
    """The answers of a route: 200 with this model, and a problem with each of these statuses."""
    return {HTTPStatus.OK.value: answer(model, description), **problem_answers(*problems)}


def answer(model: type[BaseModel], description: str) -> OpenAPIResponse:
    """One JSON answer."""
    return {"description": description, "content": {JSON: {"model": model}}}


def empty_answer(description: str) -> OpenAPIResponse:
    """One answer without a body: Powertools would otherwise declare a body of null."""
    return {"description": description, "content": {}}


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


def problem_answer(status: HTTPStatus, model: type[Problem]) -> OpenAPIResponse:
    """A problem that has more to say than all have."""
    return {"description": _MEANING[status], "content": {CONTENT_TYPE: {"model": model}}}


def request_body(description: str, content: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The ``openapi_extensions`` of a route that reads its body itself.

    Args:
        description: of the body.
        content: OpenAPI's media type object (``schema``, ``examples``) by media type. A schema
            with a title becomes a component of that name.
    """
    return {"requestBody": {"description": description, "required": True, "content": content}}


BINARY = {"type": "string", "format": "binary"}
"""The schema of raw bytes."""


def file_form(title: str, field: str) -> dict[str, Any]:
    """The schema of a form with one file, for a body whose first media type is this form."""
    return {"title": title, "type": "object", "properties": {field: BINARY}, "required": [field]}


def further_form(field: str) -> dict[str, Any]:
    """The schema of a form with one file, for a body whose first media type is another one.

    It lists no properties, since the TypeScript client of openapi-generator would then import a
    model of the form, which the generator does not write.
    """
    return {"type": "object", "additionalProperties": BINARY, "required": [field]}


def document(resolver: APIGatewayRestResolver, version: str, *, requires_key: bool = False) -> str:
    """The OpenAPI document of all routes of a resolver, as JSON text.

    Args:
        resolver: has all routes.
        version: of the program.
        requires_key: whether requests need the header ``x-api-key``, as they do on AWS. Otherwise
            it depends on the service, which may have keys or not.
    """
    text = resolver.get_openapi_json_schema(
        title=TITLE,
        version=version,
        description=DESCRIPTION,
        servers=[_HERE],
        tags=[Tag(name=topic, description=text) for topic, text in _TOPICS.items()],
        security_schemes={_KEY: _key_scheme()},
        security=[{_KEY: []}] if requires_key else [{_KEY: []}, {}],
    )
    return json.dumps(whole_bounds(_refined(json.loads(text))), ensure_ascii=False)


def _key_scheme() -> APIKey:
    return APIKey.model_validate({"in": APIKeyIn.header, "name": _KEY_HEADER})


def _refined(contract: dict[str, Any]) -> dict[str, Any]:
    """The document of Powertools without what is not ours, and with all bodies named."""
    operations = [operation for item in contract["paths"].values() for operation in item.values()]
    components = contract.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for operation in operations:
        _drop_foreign_validation_answer(operation["responses"])
        _drop_empty_content(operation["responses"])
        _name_bodies(operation.get("requestBody", {}), schemas)
    for name in _UNUSED:
        schemas.pop(name, None)
    components["schemas"] = refined_schemas(schemas)
    used = {tag for operation in operations for tag in operation.get("tags", ())}
    contract["tags"] = [tag for tag in contract["tags"] if tag["name"] in used]
    return contract


def _drop_foreign_validation_answer(responses: dict[str, Any]) -> None:
    """Powertools lists its own 422 everywhere; ours of that status are problems."""
    content = responses.get("422", {}).get("content", {})
    if CONTENT_TYPE not in content:
        responses.pop("422", None)


def _drop_empty_content(responses: dict[str, Any]) -> None:
    for response in responses.values():
        if response.get("content") == {}:
            del response["content"]


def _name_bodies(body: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Move the inline schemas of a body to the components, where they have a title."""
    for media in body.get("content", {}).values():
        if name := media["schema"].get("title"):
            schemas.setdefault(name, media["schema"])
            media["schema"] = {"$ref": COMPONENT + name}
