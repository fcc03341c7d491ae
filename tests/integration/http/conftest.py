"""A running server, and a local server of pictures that it fetches from."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from lookalike.images.fetching.connections import Connections as WebConnections
from lookalike.images.fetching.web import WebFetcher
from lookalike.local.http_server.asgi import AsgiApplication, RequestLimits
from lookalike.local.http_server.body_reader import BodyLimits
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.local.http_server.connections import Connections
from lookalike.local.http_server.download_limit import LimitedFetcher
from lookalike.local.http_server.server import LocalServer
from tests.fakes import a_picture_file
from tests.servers import PictureServer, answer
from tests.service import Parts, some_parts

BODY_LIMIT = 1_000_000
DOWNLOADS = 4
"""That one host may hold: a quarter of all, and half of those of one client."""


@pytest.fixture
def parts() -> Iterator[Parts]:
    """The parts of the service."""
    with some_parts() as built:
        yield built


@pytest.fixture
def pictures() -> Iterator[PictureServer]:
    """Serves the picture of number 1 at /1."""
    with PictureServer() as server:
        server.route("/1", answer(a_picture_file(1), content_type="image/jpeg"))
        yield server


@pytest.fixture
def application(parts: Parts) -> AsgiApplication:
    """The service, fetching for real."""
    web = LimitedFetcher(WebFetcher(WebConnections(allow_private_hosts=True)), 4 * DOWNLOADS)
    return AsgiApplication(
        build_resolver(parts.routers(web), "0.1.0"),
        limits=RequestLimits(threads=2 * (DOWNLOADS + 1), body=BodyLimits(BODY_LIMIT)),
        on_stop=web.close,
    )


@contextmanager
def running(
    application: AsgiApplication,
    host: str = "127.0.0.1",
    connections: Connections | None = None,
) -> Iterator[tuple[LocalServer, str]]:
    """The application on a free port, and its URL, as long as the block lasts."""
    ready: queue.Queue[str] = queue.Queue()
    server = LocalServer(application, host, 0, ready.put, connections)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server, ready.get(timeout=10)
    finally:
        server.stop()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def url(application: AsgiApplication) -> Iterator[str]:
    """The address of the running service."""
    with running(application) as (_, address):
        yield address


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session that keeps its connections alive, and uses no proxy."""
    with requests.Session() as kept:
        kept.trust_env = False
        yield kept
