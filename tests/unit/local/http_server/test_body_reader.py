"""Bodies are read within limits of memory, of all requests together."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from lookalike.errors import BodyTooLargeError
from lookalike.http.problems import RequestTimeoutError, TooManyRequestsError
from lookalike.images.limits import MAX_BYTES
from lookalike.local.http_server.body_reader import (
    DEFAULT_BODY_LIMITS,
    BodyLimits,
    BodyReader,
    Receive,
)

_LIMITS = BodyLimits(most_bytes=100, most_bytes_under_way=200, seconds=0.2)


def _scope(declared: int | None = None) -> dict[str, Any]:
    headers = [] if declared is None else [(b"content-length", b"%d" % declared)]
    return {"headers": headers}


def _sending(size: int) -> Receive:
    """A client that sends so many bytes in pieces of ten."""
    left = size

    async def receive() -> MutableMapping[str, Any]:
        nonlocal left
        piece = min(left, 10)
        left -= piece
        return {"type": "http.request", "body": b"x" * piece, "more_body": left > 0}

    return receive


async def _silence() -> MutableMapping[str, Any]:
    await asyncio.Event().wait()
    return {}


async def _read_beside(taken: int, size: int, declared: int | None) -> bytearray:
    reader = BodyReader(_LIMITS)
    with reader.reservation("first") as first, reader.reservation("second") as second:
        await reader.read(_scope(), _sending(taken), first)
        return await reader.read(_scope(declared), _sending(size), second)


@pytest.mark.parametrize("declared", [None, 50])
def test_a_body_that_fits_beside_the_others_is_read(declared: int | None) -> None:
    assert len(asyncio.run(_read_beside(100, 50, declared))) == 50


@pytest.mark.parametrize("declared", [None, 51])
def test_a_body_without_room_beside_the_others_is_refused(declared: int | None) -> None:
    with pytest.raises(TooManyRequestsError):
        asyncio.run(_read_beside(100, 51, declared))


def test_bodies_of_one_client_leave_room_to_others() -> None:
    """Half of it, however many requests they come with."""

    async def read() -> int:
        reader = BodyReader(_LIMITS)
        with reader.reservation("a") as one, reader.reservation("a") as another:
            await reader.read(_scope(), _sending(60), one)
            with pytest.raises(TooManyRequestsError):
                await reader.read(_scope(), _sending(50), another)
            with reader.reservation("b") as other:
                return len(await reader.read(_scope(), _sending(50), other))

    assert asyncio.run(read()) == 50


def test_an_answered_request_makes_room() -> None:
    async def one_after_the_other() -> int:
        reader = BodyReader(_LIMITS)
        for _ in range(3):
            with reader.reservation("a client") as reservation:
                await reader.read(_scope(), _sending(100), reservation)
        return reader.under_way

    assert asyncio.run(one_after_the_other()) == 0


def test_a_refused_body_takes_no_room_while_the_rest_of_it_arrives() -> None:
    async def refused() -> int:
        reader = BodyReader(_LIMITS)
        with reader.reservation("a client") as reservation:
            with pytest.raises(BodyTooLargeError):
                await reader.read(_scope(), _sending(101), reservation)
            return reader.under_way

    assert asyncio.run(refused()) == 0


def test_a_body_that_is_announced_and_never_sent_takes_no_room() -> None:
    """Clients that announce bodies and send nothing keep nobody out, and are sent away."""

    async def beside_silent_ones() -> tuple[int, list[object]]:
        reader = BodyReader(_LIMITS)

        async def silent() -> None:
            with reader.reservation("a client") as reservation:
                await reader.read(_scope(100), _silence, reservation)

        tasks = [asyncio.create_task(silent()) for _ in range(5)]
        await asyncio.sleep(0)
        with reader.reservation("a client") as reservation:
            body = await reader.read(_scope(100), _sending(100), reservation)
        return len(body), [*await asyncio.gather(*tasks, return_exceptions=True)]

    size, outcomes = asyncio.run(beside_silent_ones())
    assert size == 100
    assert [type(outcome) for outcome in outcomes] == [RequestTimeoutError] * 5


def test_the_largest_picture_fits_as_base64_in_json() -> None:
    assert DEFAULT_BODY_LIMITS.most_bytes > MAX_BYTES * 4 / 3 + 1000
