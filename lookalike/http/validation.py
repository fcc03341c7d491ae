"""Validation of requests against the declared parameters and models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from aws_lambda_powertools.event_handler import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Route
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (
    OpenAPIRequestValidationMiddleware,
)
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from lookalike.errors import BadParameterError
from lookalike.http import bodies
from lookalike.mistakes import explained

ANY_QUERY = frozenset({"/health"})
"""Paths that ignore their query, to which load balancers append values against caching."""

Model = TypeVar("Model", bound=BaseModel)


class StrictModel(BaseModel):
    """A JSON object of a request, with the declared keys and no others.

    Values have the declared JSON types: a string or a boolean never becomes a number.

    Attributes:
        hint: added to the refusal of an unknown key; may be empty.
    """

    hint: ClassVar[str] = ""
    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, document: object) -> object:
        """Refuse what ``extra`` refuses, and list the known keys."""
        unknown = document.keys() - cls.model_fields.keys() if isinstance(document, dict) else ()
        if unknown:
            known = ", ".join(cls.model_fields)
            key = min(unknown)[:50]
            hint = f" ({cls.hint})" if cls.hint else ""
            raise ValueError(f"the key {key!r} is unknown; known are {known}{hint}")
        return document


class StrictRequestValidation(OpenAPIRequestValidationMiddleware):
    """The validation of Powertools, with two differences.

    Unknown query parameters are refused, since a misspelt ``min_match`` that is ignored gives
    wrong answers silently. (A path without a route is 404, whatever the query.) And a body is read
    as strict JSON.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Powertools left out one annotation

    def handler(self, app: ApiGatewayResolver, next_middleware: NextMiddleware) -> Response[Any]:
        """Validate one request, then call the next middleware.

        Raises:
            BadParameterError: a query parameter is unknown.
            RequestValidationError: a parameter or the body does not match its declaration.
        """
        route = app.context["_route"]
        if route.path not in ANY_QUERY and _is_served(app, route):
            declared = {field.alias for field in route.dependant.query_params}
            _refuse_unknown(app.current_event.resolved_query_string_parameters, declared)
        return super().handler(app, next_middleware)

    def _get_body(self, app: ApiGatewayResolver) -> dict[str, Any]:
        return bodies.json_object(app.current_event)


def _is_served(app: ApiGatewayResolver, route: Route) -> bool:
    """Return whether the route is one of ours: Powertools invents one for an unknown path."""
    return route in app._static_routes or route in app._dynamic_routes  # noqa: SLF001 - Powertools has no public list of routes


def _refuse_unknown(given: Mapping[str, Any], declared: set[str]) -> None:
    unknown = sorted(given.keys() - declared)
    if unknown:
        known = ", ".join(sorted(declared)) or "none"
        raise BadParameterError(
            f"The query parameter {unknown[0]!r} is unknown; known are: {known}. If it belongs to"
            " the value of another parameter (such as an address with &), percent-encode that"
            " value."
        )


def checked(model: type[Model], document: Mapping[str, Any]) -> Model:
    """The document as this model.

    Raises:
        BadParameterError: the document does not match the model.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise BadParameterError(explained(error.errors())) from error
