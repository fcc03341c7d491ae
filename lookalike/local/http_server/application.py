"""From the routes of all functions to one application."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aws_lambda_powertools.event_handler.api_gateway import Router

from lookalike.http.contract import document
from lookalike.http.pages import page_routes
from lookalike.http.resolver import with_routes
from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.concurrent_resolver import ConcurrentRestResolver


def application(
    routers: Iterable[Router], version: str, on_stop: Callable[[], None] = lambda: None
) -> AsgiApplication:
    """An ASGI application with these routes, their contract, the docs and the web page.

    Args:
        routers: the routes of the functions.
        version: of the program, for the contract.
        on_stop: called when no further requests are taken.
    """
    return AsgiApplication(resolver(routers, version), on_stop=on_stop)


def resolver(routers: Iterable[Router], version: str) -> ConcurrentRestResolver:
    """What answers the requests of such an application; ready to be called from threads."""
    made = ConcurrentRestResolver()
    pages = page_routes(lambda: document(made, version))
    with_routes(made, [*routers, pages]).prepare()
    return made
