"""Setting up a Powertools resolver with our routers, our problems and our validation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from lookalike.errors import BadParameterError
from lookalike.http.problems import (
    MethodNotAllowedError,
    UnknownPathError,
    problem_response,
)
from lookalike.http.validation import StrictRequestValidation, explained

Resolver = TypeVar("Resolver", bound=APIGatewayRestResolver)


def with_routes(resolver: Resolver, routers: Iterable[Router]) -> Resolver:
    """The resolver, serving these routers; every error becomes a problem.

    Args:
        resolver: made with ``enable_validation=True`` and ``debug=False``.
        routers: the routes, by function.
    """
    resolver._request_validation_middleware = StrictRequestValidation()  # noqa: SLF001 - Powertools has no public way to replace it
    resolver.exception_handler([Exception])(lambda error: _answered(resolver, error))
    for router in routers:
        resolver.include_router(router)
    return resolver


def _answered(resolver: APIGatewayRestResolver, error: Exception) -> Response[str]:
    request_id = resolver.current_event.request_context.request_id
    return problem_response(_translated(resolver, error), request_id)


def _translated(resolver: APIGatewayRestResolver, error: Exception) -> Exception:
    """Errors of Powertools in our words; others as they are."""
    if isinstance(error, NotFoundError):
        return _not_found(resolver)
    if isinstance(error, RequestValidationError) and not _is_our_answer(error.errors()):
        return BadParameterError(explained(error.errors()))
    return error


def _is_our_answer(mistakes: Iterable[Any]) -> bool:
    """Powertools raises the same error where an answer of ours is not as declared."""
    return any(mistake["loc"][:1] == ("response",) for mistake in mistakes)


def _not_found(resolver: APIGatewayRestResolver) -> Exception:
    event = resolver.current_event
    routes = resolver._static_routes + resolver._dynamic_routes  # noqa: SLF001 - Powertools does not list its routes otherwise
    allowed = {route.method for route in routes if route.rule.match(event.path)}
    if allowed:
        return MethodNotAllowedError(event.http_method, allowed)
    return UnknownPathError(f"There is nothing at {event.path}. See /docs.")
