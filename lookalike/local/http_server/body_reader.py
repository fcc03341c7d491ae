"""Reads request bodies within limits of size, memory and time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lookalike.errors import BodyTooLargeError, LookalikeError
from lookalike.http.problems import RequestTimeoutError, TooManyRequestsError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

MEGABYTE = 1_000_000
DRAINED = 4
"""How many times the limit of a body is read and dropped before the connection is cut. Most
clients read an answer only when they have sent everything."""


class DisconnectedError(Exception):
    """The client has gone."""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The limits of request bodies.

    Attributes:
        most_bytes: of one body. A picture of 20 MiB fits as base64 in JSON.
        most_bytes_under_way: of all bodies that arrive or whose requests are being answered. A
            request takes up to about four times its body: in base64, decoded, as JSON.
        seconds: from the first read until the body is complete.
    """

    most_bytes: int = 30 * MEGABYTE
    most_bytes_under_way: int = 256 * MEGABYTE
    seconds: float = 30.0


DEFAULT_BODY_LIMITS = BodyLimits()


class Reservation:
    """The bytes that one request takes of all bytes under way."""

    def __init__(self, reader: BodyReader) -> None:
        self._reader = reader
        self.taken = 0

    def take(self, size: int) -> None:
        """Reserve more bytes.

        Raises:
            TooManyRequestsError: there is no room for them.
        """
        self._reader.refuse_beyond_room(size)
        self.taken += size
        self._reader.under_way += size

    def give_back(self) -> None:
        """Free what was taken."""
        self._reader.under_way -= self.taken
        self.taken = 0


class BodyReader:
    """Reads bodies in one event loop.

    Only bytes that have arrived count, so that clients that announce much and send nothing do not
    block others.
    """

    def __init__(self, limits: BodyLimits = DEFAULT_BODY_LIMITS) -> None:
        self._limits = limits
        self.under_way = 0

    @contextmanager
    def reservation(self) -> Iterator[Reservation]:
        """Hold what ``read`` reserves until the request is answered."""
        reservation = Reservation(self)
        try:
            yield reservation
        finally:
            reservation.give_back()

    async def read(
        self, scope: Mapping[str, Any], receive: Receive, reservation: Reservation
    ) -> bytearray:
        """The body of a request.

        Raises:
            BodyTooLargeError: it is larger than the limit.
            TooManyRequestsError: there is no room for it beside the others.
            RequestTimeoutError: it did not arrive in time.
            DisconnectedError: the client went away meanwhile.
        """
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._read(_declared_length(scope), receive, reservation)
        except TimeoutError as error:
            raise RequestTimeoutError(
                f"The request body was not complete after {self._limits.seconds:g} s."
            ) from error

    async def _read(self, declared: int, receive: Receive, reservation: Reservation) -> bytearray:
        """Read on and drop the rest of a refused body, up to ``DRAINED`` times the limit."""
        body, size = bytearray(), 0
        refusal = self._refusal(declared, declared)
        longest = DRAINED * self._limits.most_bytes
        if refusal and declared > longest:
            raise refusal
        async for chunk in _chunks(receive):
            size += len(chunk)
            refusal = refusal or self._refusal(size, len(chunk))
            if refusal is None:
                reservation.take(len(chunk))
                body += chunk
                continue
            reservation.give_back()
            body.clear()
            if size > longest:
                break
        if refusal:
            raise refusal
        return body

    def _refusal(self, size: int, further: int) -> LookalikeError | None:
        """Why a body of this size is refused, before ``further`` more bytes of it are kept."""
        limit = self._limits.most_bytes
        if size > limit:
            return BodyTooLargeError(f"The request body is larger than {limit / MEGABYTE:g} MB.")
        try:
            self.refuse_beyond_room(further)
        except TooManyRequestsError as error:
            return error
        return None

    def refuse_beyond_room(self, size: int) -> None:
        """Raise ``TooManyRequestsError`` if there is no room for so many more bytes."""
        if self.under_way + size > self._limits.most_bytes_under_way:
            raise TooManyRequestsError("Too many large requests are under way. Come back later.")


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _declared_length(scope: Mapping[str, Any]) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
