"""A small web server for pictures, on loopback, whose routes behave as badly as a test wants.

::

    with PictureServer() as server:
        server.route("/shirt.jpg", answer(jpeg_bytes, content_type="image/jpeg"))
        server.route("/old.jpg", redirect("/shirt.jpg"))
        fetcher.fetch(server.url("/shirt.jpg"))
        assert server.requests[0].headers["Host"]
"""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from itertools import chain, repeat
from socketserver import ThreadingTCPServer
from types import TracebackType
from typing import Self

ONE_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class SeenRequest:
    """What a client sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


class Exchange(BaseHTTPRequestHandler):
    """One request that is being answered: what a route writes to."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def head(self, status: int, headers: Mapping[str, object]) -> None:
        """Sends the status line and the headers; no connection is used twice."""
        self.send_response_only(status)
        for name, value in {**headers, "Connection": "close"}.items():
            self.send_header(name, str(value))
        self.end_headers()

    def write(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self.wfile.write(data)

    def drip(self, data: bytes, pause: float) -> None:
        """Sends one byte after the other, until the server stops."""
        for byte in data:
            if self.server.stopping.wait(pause):
                return
            self.write(bytes([byte]))

    def wait(self, seconds: float) -> None:
        """Does nothing, until the server stops."""
        self.server.stopping.wait(seconds)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - name of the base
        """Stays quiet."""

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        path = self.path.partition("?")[0]
        self.server.requests.append(SeenRequest(self.command, self.path, dict(self.headers), body))
        self.server.routes.get(path, answer(status=404))(self)
        self.close_connection = True


Route = Callable[[Exchange], None]


def answer(
    body: bytes = b"", *, status: int = 200, content_type: str = "image/jpeg", **headers: object
) -> Route:
    """An honest answer; header names are given with underscores (``set_cookie="a=b"``)."""
    extra = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return declared(body, len(body), status, {"Content-Type": content_type, **extra})


def declared(
    body: bytes, length: int, status: int = 200, headers: Mapping[str, object] | None = None
) -> Route:
    """An answer whose Content-Length says ``length``, whatever the body is."""

    def route(exchange: Exchange) -> None:
        exchange.head(status, {"Content-Length": length, **(headers or {})})
        exchange.write(body)

    return route


def undeclared(body: bytes) -> Route:
    """An answer without Content-Length: the body ends where the connection ends."""

    def route(exchange: Exchange) -> None:
        exchange.head(200, {})
        exchange.write(body)

    return route


def redirect(
    location: str, status: int = 302, headers: Mapping[str, object] | None = None
) -> Route:
    """Sends the client elsewhere."""
    return declared(b"", 0, status, {"Location": location, **(headers or {})})


def chunked(*chunks: bytes) -> Route:
    """An answer in HTTP chunks."""

    def route(exchange: Exchange) -> None:
        exchange.head(200, {"Transfer-Encoding": "chunked"})
        for chunk in (*chunks, b""):
            exchange.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")

    return route


def raw(data: bytes) -> Route:
    """Sends these bytes instead of an HTTP answer."""
    return lambda exchange: exchange.write(data)


def slow(seconds: float, then: Route) -> Route:
    """Says nothing for a while."""

    def route(exchange: Exchange) -> None:
        exchange.wait(seconds)
        then(exchange)

    return route


def dripping_headers(pause: float) -> Route:
    """Sends its headers byte by byte and does not come to an end."""
    head = b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 1_000
    return lambda exchange: exchange.drip(head, pause)


def dripping_body(pause: float, length: int = 10_000) -> Route:
    """Sends its body byte by byte."""

    def route(exchange: Exchange) -> None:
        exchange.head(200, {"Content-Length": length})
        exchange.drip(bytes(length), pause)

    return route


def endless(start: bytes = b"HTTP/1.1 200 OK\r\n\r\n", piece: bytes = bytes(64 * 1024)) -> Route:
    """Sends ``start`` and then ``piece`` again and again, as fast as it is read."""

    def route(exchange: Exchange) -> None:
        for data in chain([start], repeat(piece)):
            if exchange.server.stopping.is_set():
                return
            exchange.write(data)

    return route


def gzipped(body: bytes) -> Route:
    """A body with Content-Encoding gzip, whether the client accepts that or not."""
    return answer(gzip.compress(body), content_encoding="gzip")


def gzip_bomb(megabytes: int) -> Route:
    """A thousandth of that many megabytes, which unpack to that many."""
    return gzipped(bytes(megabytes * ONE_MEGABYTE))


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        if tls is not None:
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        self.routes: dict[str, Route] = {}
        self.requests: list[SeenRequest] = []
        self.stopping = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what the tests are about."""


class PictureServer:
    """Serves its routes on 127.0.0.1, on a free port, as long as the context lasts.

    Unknown paths answer 404. ``requests`` lists what was asked, in order of arrival.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._scheme = "http" if tls is None else "https"
        self._server = _Server(tls)
        # A short poll, so that stopping does not take half a second.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def routes(self) -> Mapping[str, Route]:
        """What answers at each path."""
        return self._server.routes

    @property
    def requests(self) -> list[SeenRequest]:
        """What was asked so far."""
        return self._server.requests

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a path; another host is for clients that resolve names their own way."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    def route(self, path: str, route: Route) -> str:
        """Adds or replaces a route, and gives its address."""
        self._server.routes[path] = route
        return self.url(path)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._thread.join()
        with suppress(OSError):
            self._server.server_close()
