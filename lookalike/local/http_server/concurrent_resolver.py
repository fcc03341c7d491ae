"""A Powertools resolver that serves several requests at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from lookalike.http.contract import document
from lookalike.http.pages import page_routes
from lookalike.http.resolver import with_routes


@dataclass
class _Request:
    """The state of a resolver for one request."""

    event: APIGatewayProxyEvent | None = None
    lambda_context: LambdaContext | None = None
    context: dict[str, Any] = field(default_factory=dict)
    stack_frames: list[str] = field(default_factory=list)


class ConcurrentRestResolver(APIGatewayRestResolver):
    """``APIGatewayRestResolver``, safe to call from several threads.

    Powertools keeps the request that is being resolved in class attributes, since a Lambda has
    one at a time. Here each thread has its own, in a context variable, as Powertools'
    ``HttpResolverLocal`` has it per task (that one cannot read binary bodies). Everything else is
    inherited, so that a request gets the same answer here and behind API Gateway.

    Call ``prepare`` after the last route was added and before the first request.
    """

    def __init__(self) -> None:
        # The value outside of requests: routers hand over their context while they are included.
        self._outside = _Request()
        self._request: ContextVar[_Request | None] = ContextVar("request", default=None)
        super().__init__(enable_validation=True, debug=False)

    def prepare(self) -> None:
        """Build now what Powertools builds at the first request: two at once would interleave."""
        for route in self._static_routes + self._dynamic_routes:
            route._build_middleware_stack(self._router_middlewares, self)  # noqa: SLF001 - only Powertools' first request builds it otherwise
            _ = route.dependant, route.body_field, route.has_dependencies

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one request; both are in the format of an API Gateway proxy integration."""
        proxy_event = APIGatewayProxyEvent(dict(event), self._json_body_deserializer)
        token = self._request.set(_Request(proxy_event, context))
        try:
            return self._build_response(self._resolve())
        finally:
            self.context.clear()  # it knows the request, which knows it
            self._request.reset(token)

    @property
    def _current(self) -> _Request:
        return self._request.get() or self._outside

    @property
    def current_event(self) -> APIGatewayProxyEvent:  # type: ignore[override]
        """The request that this thread is resolving."""
        if self._current.event is None:
            raise RuntimeError("There is no request outside of resolve().")
        return self._current.event

    @property
    def lambda_context(self) -> LambdaContext | None:  # type: ignore[override]
        """The Lambda context of the request that this thread is resolving."""
        return self._current.lambda_context

    @property
    def context(self) -> dict[str, Any]:
        """Values that middlewares and handlers of this thread's request share."""
        return self._current.context

    @context.setter
    def context(self, value: dict[str, Any]) -> None:
        self._current.context = value

    @property
    def processed_stack_frames(self) -> list[str]:
        """The middlewares that this thread's request went through, for debugging."""
        return self._current.stack_frames

    @processed_stack_frames.setter
    def processed_stack_frames(self, value: list[str]) -> None:
        self._current.stack_frames = value


def build_resolver(routers: Iterable[Router], version: str) -> ConcurrentRestResolver:
    """Join routes with the OpenAPI document, the docs and the web page; ready for threads.

    Args:
        routers: the routes of the service.
        version: of the package, for the OpenAPI document.
    """
    resolver = ConcurrentRestResolver()
    pages = page_routes(lambda: document(resolver, version))
    with_routes(resolver, [*routers, pages]).prepare()
    return resolver
