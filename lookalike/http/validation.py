"""Checking requests against the declared parameters and models, and saying what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
)
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from lookalike.errors import BadParameterError
from lookalike.http import bodies

MAX_ERRORS = 5
"""How many mistakes one answer lists."""

ANY_QUERY = frozenset({"/health"})
"""Paths that ignore their query: load balancers append values to keep caches out."""

_PLACES = ("query", "path", "header", "body")

Model = TypeVar("Model", bound=BaseModel)


class StrictModel(BaseModel):
    """A JSON object of a request: it has the declared keys and no other."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, document: object) -> object:
        """As ``extra`` does, but saying which keys there are."""
        unknown = document.keys() - cls.model_fields.keys() if isinstance(document, dict) else ()
        if unknown:
            known = ", ".join(cls.model_fields)
            raise ValueError(f"unknown key {min(unknown)[:50]!r}; there is: {known}")
        return document


class StrictRequestValidation(OpenAPIRequestValidationMiddleware):
    """The validation of Powertools, with two differences.

    A query parameter that the route does not declare is refused: a misspelt ``min_match`` that
    is silently ignored gives answers that nobody asked for. (Where there is no route, that is
    what the caller is told, whatever the query.) And a body is read as strict JSON.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Powertools left out one annotation

    def handler(self, app: ApiGatewayResolver, next_middleware: NextMiddleware) -> Response[Any]:
        """Check one request, then go on.

        Raises:
            BadParameterError: a query parameter is unknown.
            RequestValidationError: a parameter or the body is not as declared.
        """
        route = app.context["_route"]
        if route.path not in ANY_QUERY and _is_served(app, route):
            declared = {field.alias for field in route.dependant.query_params}
            _refuse_unknown(app.current_event.resolved_query_string_parameters, declared)
        return super().handler(app, next_middleware)

    def _get_body(self, app: ApiGatewayResolver) -> dict[str, Any]:
        return bodies.json_object(app.current_event)


def _is_served(app: ApiGatewayResolver, route: Route) -> bool:
    """Whether it is one of ours: Powertools makes up a route for what it does not find."""
    return route in app._static_routes or route in app._dynamic_routes  # noqa: SLF001 - Powertools does not list its routes otherwise


def _refuse_unknown(given: Mapping[str, Any], declared: set[str]) -> None:
    unknown = sorted(given.keys() - declared)
    if unknown:
        known = ", ".join(sorted(declared)) or "none"
        raise BadParameterError(
            f"Unknown query parameter {unknown[0]!r}; there is: {known}. If it is part of another"
            " parameter (such as an address with & in it), percent-encode that one."
        )


def checked(model: type[Model], document: Mapping[str, Any]) -> Model:
    """The document as this model.

    Raises:
        BadParameterError: it does not fit.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise BadParameterError(explained(error.errors())) from error


def explained(mistakes: Sequence[Any]) -> str:
    """What pydantic found wrong, as a sentence that names each field and its rule."""
    parts = [_explained(mistake["loc"], mistake["msg"]) for mistake in mistakes[:MAX_ERRORS]]
    if len(mistakes) > MAX_ERRORS:
        parts.append(f"and {len(mistakes) - MAX_ERRORS} more")
    return "; ".join(parts) + "."


def _explained(location: Sequence[str | int], message: str) -> str:
    rule = message.removeprefix("Value error, ").rstrip(".")
    field = _field(location)
    return f"{field}: {rule}" if field else rule


def _field(location: Sequence[str | int]) -> str:
    """Such as ``queries[3].image_url``."""
    steps = location[1:] if location and location[0] in _PLACES else location
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")
