"""Every way of sending a picture, and servers that break off or do not speak HTTP."""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Iterator

import pytest

from lookalike.errors import ImageCorruptError, ImageUnreachableError, ImageUnsupportedError
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.validators import Fetched, Validators
from lookalike.images.fetching.web import FetchLimits, WebFetcher
from tests.servers import (
    Exchange,
    PictureServer,
    Route,
    answer,
    chunked,
    declared,
    gzipped,
    raw,
    redirect,
    undeclared,
)

PICTURE = bytes(range(256)) * 300
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PATIENT = FetchLimits(total_seconds=20)


@pytest.fixture(scope="module")
def server() -> Iterator[PictureServer]:
    with PictureServer() as server:
        yield server


@pytest.fixture(scope="module")
def fetcher() -> WebFetcher:
    return WebFetcher(Connections(allow_private_hosts=True), PATIENT)


@pytest.mark.parametrize(
    "route",
    [
        answer(PICTURE),
        undeclared(PICTURE),
        chunked(PICTURE[:1], PICTURE[1:5_000], PICTURE[5_000:]),
        gzipped(PICTURE),
        answer(gzip.compress(PICTURE), content_encoding="x-gzip"),
        answer(zlib.compress(PICTURE), content_encoding="Deflate"),
        answer(PICTURE, content_encoding="identity"),
        declared(PICTURE + b"more", len(PICTURE)),
        raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + PICTURE),
        raw(b"HTTP/1.0 200\r\nContent-Length: nonsense\r\n\r\n" + PICTURE),
    ],
)
def test_should_read_every_way_of_sending(
    fetcher: WebFetcher, server: PictureServer, route: Route
) -> None:
    assert fetcher.fetch(server.route("/p.jpg", route)) == PICTURE


@pytest.mark.parametrize(
    "route",
    [
        raw(b""),
        raw(b"\r\n"),
        raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
        raw(b"+PONG\r\n"),
        raw(b"HTTP/1.1"),
        raw(b"HTTP/9.9 200 OK\r\n\r\n"),
        raw(b"HTTP/1.1 abc OK\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200 + b"\r\n"),
        raw(b"HTTP/1.1 200 " + b"K" * 70_000 + b"\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n"),
        raw(CHUNKED + b"zz\r\n"),
        raw(CHUNKED + b"-5\r\nabcde"),
        raw(CHUNKED + b"10\r\nabc"),
        raw(CHUNKED + b"1" * 70_000),
        raw(CHUNKED),
        raw(b"\x16\x03\x01\x02\x00\x01\x00"),
        declared(PICTURE[:-1], len(PICTURE)),
        declared(b"", 5),
    ],
)
def test_should_survive_broken_answers(
    fetcher: WebFetcher, server: PictureServer, route: Route
) -> None:
    """A broken answer may be a passing fault: the same call may work later."""
    with pytest.raises(ImageUnreachableError):
        fetcher.fetch(server.route("/p.jpg", route))


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "x"])
def test_should_refuse_codings_it_does_not_read(
    fetcher: WebFetcher, server: PictureServer, coding: str
) -> None:
    with pytest.raises(ImageUnsupportedError):
        fetcher.fetch(server.route("/p.jpg", answer(PICTURE, content_encoding=coding)))


def test_should_refuse_a_broken_coding(fetcher: WebFetcher, server: PictureServer) -> None:
    with pytest.raises(ImageCorruptError):
        fetcher.fetch(server.route("/p.jpg", answer(PICTURE, content_encoding="gzip")))


def test_should_give_what_is_there_of_a_coding_that_breaks_off(
    fetcher: WebFetcher, server: PictureServer
) -> None:
    """Preparation sees that the picture is cut short."""
    body = gzip.compress(PICTURE)[:-20]
    got = fetcher.fetch(server.route("/p.jpg", answer(body, content_encoding="gzip")))
    assert PICTURE.startswith(got)


def test_should_say_that_a_connection_is_refused(fetcher: WebFetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ImageUnreachableError, match="refuses connections"):
        fetcher.fetch(f"http://127.0.0.1:{port}/")


DATE = "Sun, 22 Nov 2026 10:00:00 GMT"
KNOWN = Validators('"a"', DATE)


def versioned(exchange: Exchange) -> None:
    """A picture with validators, which is sent to those who do not know this version."""
    is_known = exchange.headers.get("If-None-Match") == KNOWN.etag
    exchange.head(304 if is_known else 200, {"ETag": KNOWN.etag, "Last-Modified": DATE})
    exchange.write(b"" if is_known else PICTURE)


def test_should_not_read_a_version_again_that_is_known(
    fetcher: WebFetcher, server: PictureServer
) -> None:
    address = server.route("/versioned.jpg", versioned)
    assert fetcher.ask(address) == Fetched(PICTURE, KNOWN)
    assert fetcher.ask(address, KNOWN) == Fetched(None, KNOWN)
    assert fetcher.ask(address, Validators('"older"')) == Fetched(PICTURE, KNOWN)
    assert fetcher.fetch(address) == PICTURE


def test_should_ask_for_a_known_version_behind_a_redirect(
    fetcher: WebFetcher, server: PictureServer
) -> None:
    server.route("/versioned.jpg", versioned)
    address = server.route("/here.jpg", redirect("/versioned.jpg"))
    assert fetcher.ask(address, KNOWN) == Fetched(None, KNOWN)


@pytest.mark.parametrize("known", [Validators(), Validators(last_modified="x")])
def test_not_modified_should_be_an_answer_to_a_question_alone(
    fetcher: WebFetcher, server: PictureServer, known: Validators
) -> None:
    address = server.route("/304.jpg", answer(status=304))
    if known.headers:
        assert fetcher.ask(address, known) == Fetched(None, known)
    else:
        with pytest.raises(ImageUnreachableError, match="status 304"):
            fetcher.ask(address, known)


@pytest.mark.parametrize("etag", ["x" * 201, '"gr\xfcn"', ""])
def test_should_not_keep_validators_that_cannot_be_sent(
    fetcher: WebFetcher, server: PictureServer, etag: str
) -> None:
    head = f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Length: {len(PICTURE)}\r\n\r\n"
    address = server.route("/odd.jpg", raw(head.encode("latin-1") + PICTURE))
    assert fetcher.ask(address) == Fetched(PICTURE)
