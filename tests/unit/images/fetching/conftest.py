"""A server of one picture, an internet that leads to it, and a fetcher that may read here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.web import WebFetcher
from tests.servers import PictureServer, answer
from tests.unit.images.fetching.internet import PICTURE, LoopbackInternet


@pytest.fixture
def server() -> Iterator[PictureServer]:
    with PictureServer() as server:
        server.route("/p.jpg", answer(PICTURE))
        yield server


@pytest.fixture
def internet(server: PictureServer) -> LoopbackInternet:
    return LoopbackInternet(server)


@pytest.fixture(scope="module")
def fetcher() -> WebFetcher:
    """One that may read from this machine."""
    return WebFetcher(Connections(allow_private_hosts=True))
