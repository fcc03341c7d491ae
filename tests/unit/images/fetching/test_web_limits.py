"""Servers that are slow, endless or lying: every fetch ends, in bounded memory."""

from __future__ import annotations

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Iterator, Sequence

import pytest

from lookalike.errors import (
    ImageTooLargeError,
    ImageUnreachableError,
)
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.web import FetchLimits, WebFetcher
from tests.servers import (
    ONE_MEGABYTE,
    Exchange,
    PictureServer,
    Route,
    answer,
    chunked,
    declared,
    dripping_body,
    dripping_headers,
    endless,
    gzip_bomb,
    gzipped,
    redirect,
    slow,
    undeclared,
)

MOST = 100_000
PICTURE = bytes(range(256)) * 300
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PATIENT = FetchLimits(total_seconds=20, max_bytes=MOST)
HASTY = FetchLimits(total_seconds=0.3, max_bytes=MOST)
CONNECT_SECONDS = 0.2


@pytest.fixture(scope="module")
def server() -> Iterator[PictureServer]:
    with PictureServer() as server:
        yield server


@pytest.fixture(scope="module")
def fetcher() -> WebFetcher:
    return WebFetcher(Connections(allow_private_hosts=True), PATIENT)


@pytest.fixture(scope="module")
def hasty() -> WebFetcher:
    return WebFetcher(Connections(CONNECT_SECONDS, allow_private_hosts=True), HASTY)


def test_should_read_as_many_bytes_as_are_allowed(
    fetcher: WebFetcher, server: PictureServer
) -> None:
    assert len(fetcher.fetch(server.route("/p.jpg", answer(bytes(MOST))))) == MOST


@pytest.mark.parametrize(
    "route",
    [
        answer(bytes(MOST + 1)),
        undeclared(bytes(MOST + 1)),
        chunked(*[bytes(1_000)] * 101),
        gzipped(bytes(MOST + 1)),
        declared(b"", 10**12),
        declared(b"", 10**30),
        endless(),
        endless(CHUNKED, b"100\r\n" + bytes(256) + b"\r\n"),
        endless(CHUNKED + b"-1\r\n"),
        endless(CHUNKED + b"FFFFFFFFFFFFFFFFFFFF\r\n"),
        endless(CHUNKED + b"1\r\n" + bytes(1) + b"\r\n0\r\n", b"X-Trailer: 1\r\n" * 4_000),
        endless(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        gzip_bomb(30),
    ],
)
def test_should_never_read_more_than_is_allowed(
    fetcher: WebFetcher, server: PictureServer, route: Route
) -> None:
    with pytest.raises(ImageTooLargeError):
        fetcher.fetch(server.route("/p.jpg", route))


def test_should_undo_a_coding_once(fetcher: WebFetcher, server: PictureServer) -> None:
    """A bomb within a bomb stays packed, and is no picture."""
    inner = gzip.compress(bytes(30 * ONE_MEGABYTE))
    assert fetcher.fetch(server.route("/p.jpg", gzipped(inner))) == inner


@pytest.mark.parametrize("route", [endless(), endless(CHUNKED + b"-1\r\n"), gzip_bomb(40)])
def test_should_stay_small(server: PictureServer, route: Route) -> None:
    fetcher = WebFetcher(Connections(allow_private_hosts=True), FetchLimits(max_bytes=ONE_MEGABYTE))
    url = server.route("/bomb.jpg", route)
    tracemalloc.start()
    try:
        with pytest.raises(ImageTooLargeError):
            fetcher.fetch(url)
        assert tracemalloc.get_traced_memory()[1] < 8 * ONE_MEGABYTE
    finally:
        tracemalloc.stop()


def test_should_refuse_an_announced_size_without_reading(
    fetcher: WebFetcher, server: PictureServer
) -> None:
    """The server sends nothing after its headers: waiting for it would end in a time-out."""

    def announce_and_wait(exchange: Exchange) -> None:
        declared(b"", MOST + 1)(exchange)
        exchange.wait(15)

    with pytest.raises(ImageTooLargeError):
        fetcher.fetch(server.route("/p.jpg", announce_and_wait))


@pytest.mark.parametrize(
    "route",
    [
        slow(5, answer(PICTURE)),
        dripping_headers(0.01),
        dripping_headers(0.1),
        dripping_body(0.01),
        dripping_body(0.1),
        lambda exchange: exchange.drip(CHUNKED + b"1\r\n.\r\n" * 1_000, 0.01),
        lambda exchange: exchange.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0.01),
        slow(0.2, redirect("/p.jpg")),
    ],
    ids=["silence", "headers", "slow headers", "body", "slow body", "chunks", "100", "redirects"],
)
def test_should_give_up_at_the_deadline(
    hasty: WebFetcher, server: PictureServer, route: Route
) -> None:
    with pytest.raises(ImageUnreachableError, match="in time"):
        hasty.fetch(server.route("/p.jpg", route))


def test_should_give_up_on_a_look_up_that_takes_too_long() -> None:
    stop = threading.Event()

    def resolve(_host: str, _port: int) -> Sequence[str]:
        stop.wait(20)
        return []

    with pytest.raises(ImageUnreachableError, match="in time"):
        WebFetcher(Connections(CONNECT_SECONDS, resolve=resolve), HASTY).fetch(
            "http://shop.example/"
        )
    stop.set()


def test_should_give_up_on_a_host_that_does_not_take_the_call() -> None:
    """A full queue of connections makes the kernel ignore further ones."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        place = deaf.getsockname()
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.settimeout(0)
            caller.connect_ex(place)
        with pytest.raises(ImageUnreachableError, match="in time"):
            WebFetcher(Connections(CONNECT_SECONDS, allow_private_hosts=True), HASTY).fetch(
                f"http://127.0.0.1:{place[1]}/"
            )
        for caller in callers:
            caller.close()


def test_addresses_should_share_the_time_to_connect() -> None:
    """One address that swallows packets must not use up the time of the next one."""
    offered: list[float] = []

    def connect(_place: tuple[str, int], seconds: float) -> socket.socket:
        offered.append(seconds)
        raise TimeoutError

    two = Connections(4, resolve=lambda *_: ["8.8.8.8", "8.8.4.4"], connect=connect)
    fetcher = WebFetcher(two, FetchLimits(total_seconds=100))
    with pytest.raises(ImageUnreachableError, match="in time"):
        fetcher.fetch("http://shop.example/")
    assert 0 < offered[0] <= 2 < offered[1] <= 4


def test_should_serve_many_threads_at_once(fetcher: WebFetcher, server: PictureServer) -> None:
    urls = [server.route(f"/{n}.jpg", answer(bytes([n]) * 1_000)) for n in range(40)]
    got: dict[str, bytes] = {}
    threads = [threading.Thread(target=lambda u=u: got.update({u: fetcher.fetch(u)})) for u in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {url: bytes([n]) * 1_000 for n, url in enumerate(urls)}
