"""https: the certificate must be the one of the name, whatever address is connected to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookalike.errors import ImageUnreachableError
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.web import FetchLimits, WebFetcher
from tests.servers import PictureServer, answer, redirect

CERTIFICATE = Path(__file__).with_name("shop_example.pem")
HASTY = FetchLimits(total_seconds=0.3)


@pytest.fixture(scope="module")
def asked_names() -> list[str | None]:
    """The names that clients asked for in their greeting (SNI)."""
    return []


@pytest.fixture(scope="module")
def server(asked_names: list[str | None]) -> Iterator[PictureServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda _sock, name, _context: asked_names.append(name)
    with PictureServer(context) as server:
        server.route("/p.jpg", answer(b"picture"))
        server.route("/elsewhere", redirect("https://other.example/p.jpg"))
        yield server


def _fetcher(
    port: int, tls: ssl.SSLContext | None, limits: FetchLimits | None = None
) -> WebFetcher:
    connections = Connections(
        resolve=lambda _host, _port: ["93.184.215.14"],
        connect=lambda _place, seconds: socket.create_connection(("127.0.0.1", port), seconds),
        tls=tls,
    )
    return WebFetcher(connections, limits or FetchLimits())


@pytest.fixture(scope="module")
def trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)


def test_should_verify_and_ask_for_the_name(
    server: PictureServer, trust: ssl.SSLContext, asked_names: list[str | None]
) -> None:
    asked_names.clear()
    assert _fetcher(server.port, trust).fetch("https://Shop.example/p.jpg") == b"picture"
    assert asked_names == ["shop.example"]


@pytest.mark.parametrize(
    "url",
    ["https://other.example/p.jpg", "https://8.8.8.8/p.jpg", "https://shop.example/elsewhere"],
)
def test_should_refuse_the_certificate_of_another_name(
    server: PictureServer, trust: ssl.SSLContext, url: str
) -> None:
    with pytest.raises(ImageUnreachableError, match="certificate"):
        _fetcher(server.port, trust).fetch(url)


def test_should_refuse_a_certificate_that_nobody_vouches_for(server: PictureServer) -> None:
    with pytest.raises(ImageUnreachableError, match="certificate"):
        _fetcher(server.port, None).fetch("https://shop.example/p.jpg")


def test_should_say_that_a_server_does_not_speak_tls(trust: ssl.SSLContext) -> None:
    with PictureServer() as plain, pytest.raises(ImageUnreachableError, match="TLS"):
        _fetcher(plain.port, trust).fetch("https://shop.example/p.jpg")


def test_should_give_up_on_a_greeting_that_is_not_answered(trust: ssl.SSLContext) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(ImageUnreachableError, match="in time"),
    ):
        _fetcher(silent.getsockname()[1], trust, HASTY).fetch("https://shop.example/p.jpg")


def test_should_give_up_on_a_body_that_drips(server: PictureServer, trust: ssl.SSLContext) -> None:
    server.route("/drip.jpg", lambda exchange: exchange.drip(b"HTTP/1.1 200 OK\r\n" * 99, 0.01))
    with pytest.raises(ImageUnreachableError, match="in time"):
        _fetcher(server.port, trust, HASTY).fetch("https://shop.example/drip.jpg")
