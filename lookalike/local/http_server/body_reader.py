"""Reads request bodies within limits of size, memory and time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from typing import Any

from lookalike.errors import BodyTooLargeError, LookalikeError
from lookalike.http.problems import RequestTimeoutError, TooManyRequestsError
from lookalike.local.overload.shares import Shares

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
        most_bytes_under_way: of all bodies that arrive or whose requests are being answered, of
            which a client may have as many as remain free for others. A request takes up to about
            four times its body: in base64, decoded, as JSON.
        seconds: from the first read until the body is complete.
    """

    most_bytes: int = 30 * MEGABYTE
    most_bytes_under_way: int = 256 * MEGABYTE
    seconds: float = 30.0


DEFAULT_BODY_LIMITS = BodyLimits()


class Reservation:
    """The bytes that one request takes of all bytes under way."""

    def __init__(self, shares: Shares, client: str) -> None:
        self._shares = shares
        self._client = client
        self._taken = 0

    def require(self, size: int) -> None:
        """Raise ``TooManyRequestsError`` if there is no room for so many more bytes."""
        if not self._shares.has_room(self._client, size):
            raise TooManyRequestsError("Too many large requests are under way. Come back later.")

    def take(self, size: int) -> None:
        """Reserve more bytes.

        Raises:
            TooManyRequestsError: there is no room for them.
        """
        self.require(size)
        self._taken += size
        self._shares.take(self._client, size)

    def give_back(self) -> None:
        """Free what was taken."""
        self._shares.give_back(self._client, self._taken)
        self._taken = 0


class BodyReader:
    """Reads bodies in one event loop.

    Only bytes that have arrived count, so that clients that announce much and send nothing do not
    block others.
    """

    def __init__(self, limits: BodyLimits = DEFAULT_BODY_LIMITS) -> None:
        self._limits = limits
        self._shares = Shares(limits.most_bytes_under_way)

    @property
    def under_way(self) -> int:
        """Bytes of all bodies that are kept."""
        return self._shares.held

    @contextmanager
    def reservation(self, client: str) -> Iterator[Reservation]:
        """Hold what ``read`` reserves for a client until its request is answered."""
        reservation = Reservation(self._shares, client)
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
            TooManyRequestsError: there is no room for it beside the others, or those of its client.
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
        refusal = self._refusal(declared, declared, reservation)
        longest = DRAINED * self._limits.most_bytes
        if refusal and declared > longest:
            raise copy(refusal)
        async for chunk in _chunks(receive):
            size += len(chunk)
            refusal = refusal or self._refusal(size, len(chunk), reservation)
            if refusal is None:
                reservation.take(len(chunk))
                body += chunk
                continue
            reservation.give_back()
            body.clear()
            if size > longest:
                break
        if refusal:
            raise copy(refusal)  # this function, which the error raised knows, knows the other one
        return body

    def _refusal(self, size: int, further: int, reservation: Reservation) -> LookalikeError | None:
        """Why a body of this size is refused, before ``further`` more bytes of it are kept."""
        limit = self._limits.most_bytes
        if size > limit:
            return BodyTooLargeError(f"The request body is larger than {limit / MEGABYTE:g} MB.")
        try:
            reservation.require(further)
        except TooManyRequestsError as error:
            return error
        return None


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
