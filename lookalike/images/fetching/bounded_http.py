"""Sends one HTTP request over a connected socket, within a deadline and a number of bytes.

Both bounds sit below ``http.client``, where bytes leave the socket. So they hold for every status
line, header, chunk size and body: a server that sends a byte a second, or declares a chunk of -1
bytes, is bounded as well.
"""

from __future__ import annotations

import io
import socket
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING

from lookalike.errors import ImageCorruptError, ImageTooLargeError, ImageUnsupportedError
from lookalike.images.fetching.validators import NO_VALIDATORS, Validators
from lookalike.images.fetching.web_address import WebAddress

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

USER_AGENT = "Lookalike (looks for copies of product photographs)"
_PIECE = 64 * 1024
_ROOM_FOR_HEADERS = 256 * 1024
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})


class Deadline:
    """The moment at which a fetch has to be finished."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left, more than zero.

        Raises:
            TimeoutError: no time is left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _BoundedReader(io.RawIOBase):
    """Reads a socket, no longer than the deadline and no more than ``max_bytes``."""

    def __init__(self, sock: socket.socket, deadline: Deadline, max_bytes: int) -> None:
        self._sock = sock
        self._deadline = deadline
        self._left = max_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise ImageTooLargeError("The picture's server sends more bytes than are read here.")
        return count


class _Wire:
    """The part of a socket that ``http.client`` uses, bounded. It does not close the socket."""

    def __init__(self, sock: socket.socket, deadline: Deadline, max_bytes: int) -> None:
        self._sock = sock
        self._deadline = deadline
        self._max_bytes = max_bytes

    def sendall(self, data: ReadableBuffer) -> None:
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._sock, self._deadline, self._max_bytes))

    def close(self) -> None:
        """Do nothing: the opener of the socket closes it."""


def request(
    sock: socket.socket,
    address: WebAddress,
    deadline: Deadline,
    max_bytes: int,
    known: Validators = NO_VALIDATORS,
) -> HTTPResponse:
    """Ask for a picture and read the answer's headers; ``read_body`` reads the body.

    Raises:
        OSError, http.client.HTTPException, ValueError: as ``send``.
        ImageTooLargeError: the server sends too many bytes.
    """
    headers = {"Accept": "image/*,*/*;q=0.5", **known.headers}
    # This leaves room for chunks of 50 bytes or more; nobody needs smaller ones.
    most = max_bytes + max_bytes // 8 + _ROOM_FOR_HEADERS
    return send(sock, address, deadline, most, "GET", headers)


def send(  # noqa: PLR0913, PLR0917 - the parts of a request, and its bounds
    sock: socket.socket,
    address: WebAddress,
    deadline: Deadline,
    max_bytes: int,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> HTTPResponse:
    """Send a request and read the answer's headers.

    Args:
        sock: connected to the host of the address.
        address: whose host and target are asked for.
        deadline: of the whole exchange.
        max_bytes: of the whole answer.
        method: of HTTP.
        headers: beside those that every request has.
        body: what is sent.

    Raises:
        OSError, http.client.HTTPException, ValueError: the server breaks off, or its answer is
            not HTTP. ``TimeoutError`` is one of them.
        ImageTooLargeError: the server sends too many bytes.
    """
    connection = HTTPConnection(address.host)
    connection.sock = _Wire(sock, deadline, max_bytes)
    always = {
        "Host": address.authority,
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection.request(method, address.target, body, {**always, **headers})
    return connection.getresponse()


def read_body(response: HTTPResponse, max_bytes: int) -> bytes:
    """Read the body and undo its content coding, at most ``max_bytes``.

    If the coding breaks off, the result is what there is: decoding notices a truncated picture.

    Raises:
        ImageTooLargeError: there is more, or the headers announce more.
        ImageUnsupportedError: the content coding is not one that is read here.
        ImageCorruptError: the content coding is broken.
        OSError, http.client.HTTPException, ValueError: the server breaks off.
    """
    if (response.length or 0) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    decoded = _decoder(response.getheader("Content-Encoding", "identity"))
    for piece in _pieces(response):
        body += decoded(piece, max_bytes - len(body) + 1)
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def _pieces(response: HTTPResponse) -> Iterator[bytes]:
    while piece := response.read(_PIECE):
        yield piece
    # When it reads in pieces, http.client does not notice that the body ends early.
    if response.length:
        raise IncompleteRead(b"", response.length)


def _decoder(coding: str) -> Callable[[bytes, int], bytes]:
    """Build what undoes a content coding, from the next piece and the most bytes to return."""
    name = coding.strip().lower()
    if name in {"", "identity"}:
        return lambda piece, _most: piece
    if name not in _CODINGS:
        raise ImageUnsupportedError(
            "The picture's server compresses the picture in a way that is not read here, though "
            "it was asked not to. Upload the picture itself."
        )
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)

    def inflated(piece: bytes, most: int) -> bytes:
        try:
            return inflater.decompress(piece, most)
        except zlib.error:
            raise ImageCorruptError(
                "The picture's server sends the picture wrongly compressed. Upload it instead."
            ) from None

    return inflated


def _too_large(max_bytes: int) -> ImageTooLargeError:
    return ImageTooLargeError(
        f"The picture has more than {max_bytes / 1024 / 1024:.3g} MB. Give a smaller version of it."
    )
