"""Every way of sending a picture, and servers that break off or do not speak HTTP."""

from __future__ import annotations

import gzip
import socket
import zlib
from collections.abc import Iterator

import pytest

from lookalike.errors import ImageCorruptError, ImageUnreachableError, ImageUnsupportedError
from lookalike.images.fetching.web import FetchLimits, WebFetcher
from tests.servers import PictureServer, Route, answer, chunked, declared, gzipped, raw, undeclared

PICTURE = bytes(range(256)) * 300
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PATIENT = FetchLimits(total_seconds=20)


@pytest.fixture(scope="module")
def server() -> Iterator[PictureServer]:
    with PictureServer() as server:
        yield server


@pytest.fixture(scope="module")
def fetcher() -> WebFetcher:
    return WebFetcher(PATIENT, allow_private_hosts=True)


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
