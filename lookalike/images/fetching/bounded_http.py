"""One HTTP request over a connected socket, within a deadline and a number of bytes.

Both bounds sit below ``http.client``, where bytes leave the socket, so that they hold for
every status line, header, chunk size and body alike: a server that drips a byte a second or
declares a chunk of -1 bytes meets them like any other.
"""

from __future__ import annotations

import io
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING

from lookalike.errors import ImageCorruptError, ImageTooLargeError, ImageUnsupportedError
from lookalike.images.fetching.web_address import WebAddress

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

USER_AGENT = "Lookalike (looks for copies of product photographs)"
_PIECE = 64 * 1024
_ROOM_FOR_HEADERS = 256 * 1024
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})


class Deadline:
    """A moment that no step of a fetch may outlast."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, more than zero.

        Raises:
            TimeoutError: none.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _BoundedReader(io.RawIOBase):
    """Reads a socket, each time only as long as the deadline allows."""

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
    """What ``http.client`` needs of a socket, bounded. Whoever opened the socket closes it."""

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
        """Leaves the socket open."""


def request(
    sock: socket.socket, address: WebAddress, deadline: Deadline, max_bytes: int
) -> HTTPResponse:
    """Sends a GET and reads the answer's headers; the body waits for ``read_body``.

    Raises:
        OSError, http.client.HTTPException, ValueError: the server breaks off, or its answer is
            not HTTP. ``TimeoutError`` is one of them.
        ImageTooLargeError: the server floods us.
    """
    connection = HTTPConnection(address.host)
    # Chunks of 50 bytes and more fit; smaller ones serve nobody.
    connection.sock = _Wire(sock, deadline, max_bytes + max_bytes // 8 + _ROOM_FOR_HEADERS)
    headers = {
        "Host": address.authority,
        "User-Agent": USER_AGENT,
        "Accept": "image/*,*/*;q=0.5",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection.request("GET", address.target, headers=headers)
    return connection.getresponse()


def read_body(response: HTTPResponse, max_bytes: int) -> bytes:
    """The body without its content coding, at most ``max_bytes`` of it.

    A coding that breaks off gives what is there: preparation sees that a picture is cut short.

    Raises:
        ImageTooLargeError: as soon as there is more, or the headers announce more.
        ImageUnsupportedError: a content coding that we do not read.
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
    # Reading by pieces, http.client takes an early end for the end.
    if response.length:
        raise IncompleteRead(b"", response.length)


def _decoder(coding: str) -> Callable[[bytes, int], bytes]:
    """Undoes a content coding: a function of the next piece and the most bytes to give."""
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
