"""Powertools resolvers with our routes, problems and validation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Route, Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from lookalike.errors import BadParameterError
from lookalike.http.problems import (
    MethodNotAllowedError,
    UnknownPathError,
    problem_response,
)
from lookalike.http.released import release
from lookalike.http.validation import StrictRequestValidation
from lookalike.mistakes import explained

Resolver = TypeVar("Resolver", bound=APIGatewayRestResolver)


def with_routes(resolver: Resolver, routers: Iterable[Router]) -> Resolver:
    """The resolver with these routes, in which every error becomes a problem.

    Args:
        resolver: constructed with ``enable_validation=True`` and ``debug=False``.
        routers: the routes.
    """
    resolver._request_validation_middleware = StrictRequestValidation()  # noqa: SLF001 - Powertools has no public way to replace it
    resolver.exception_handler([Exception])(lambda error: _answered(resolver, error))
    for router in routers:
        resolver.include_router(router)
    return resolver


def _answered(resolver: APIGatewayRestResolver, error: Exception) -> Response[str]:
    request_id = resolver.current_event.request_context.request_id
    translated = _translated(resolver, error)
    try:
        return problem_response(translated, request_id)
    finally:
        release(translated)
        release(error)


def _translated(resolver: APIGatewayRestResolver, error: Exception) -> Exception:
    """Our error for one of Powertools; any other error as it is."""
    if isinstance(error, NotFoundError):
        return _not_found(resolver)
    if isinstance(error, RequestValidationError) and not _is_about_response(error.errors()):
        return BadParameterError(explained(error.errors()))
    return error


def _is_about_response(mistakes: Iterable[Any]) -> bool:
    """Return whether our answer is wrong, for which Powertools raises the same error."""
    return any(mistake["loc"][:1] == ("response",) for mistake in mistakes)


def _not_found(resolver: APIGatewayRestResolver) -> Exception:
    event = resolver.current_event
    allowed = {route.method for route in _routes(resolver) if route.rule.match(event.path)}
    if allowed:
        return MethodNotAllowedError(event.http_method, allowed)
    return UnknownPathError(f"There is no route {event.path}. The page /docs lists all routes.")


def route_name(resolver: APIGatewayRestResolver, method: str, path: str) -> str | None:
    """The method and the path, as it is declared, of the route that answers a request.

    Args:
        resolver: has all routes.
        method: of HTTP; ``HEAD`` is answered as ``GET``.
        path: percent-encoded.

    Returns:
        ``None`` where no route answers.
    """
    method = "GET" if method == "HEAD" else method
    for route in _routes(resolver):
        if route.method == method and route.rule.match(path):
            return f"{method} {route.path}"
    return None


def _routes(resolver: APIGatewayRestResolver) -> list[Route]:
    """All routes, in the order in which Powertools looks for the one that answers."""
    return resolver._static_routes + resolver._dynamic_routes  # noqa: SLF001 - Powertools has no public list of routes
