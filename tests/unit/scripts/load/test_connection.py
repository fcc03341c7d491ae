"""A connection asks, and leaves when it has waited for long enough."""

from __future__ import annotations

import asyncio

import pytest

from scripts.load.addresses import client_addresses
from scripts.load.connection import Connection, http_request
from tests.unit.scripts.load.answering import OK, REFUSAL, answering

REQUEST = http_request("POST", "/find_similar?top=2", b"abc", "image/jpeg")


def test_should_keep_its_connection() -> None:
    async def main() -> None:
        async with (
            answering(lambda row: (OK, REFUSAL)[row]) as server,
            Connection(server.url, "127.0.0.9") as connection,
        ):
            first, second = [await connection.ask(REQUEST) for _ in range(2)]
        assert (first.status, first.body, first.retry_after) == (200, b"{}", 0)
        assert (second.status, second.retry_after) == (503, 3)
        assert (server.requests, server.peers) == ([REQUEST] * 2, ["127.0.0.9"])

    asyncio.run(main())
    assert REQUEST.startswith(b"POST /find_similar?top=2 HTTP/1.1\r\n")


def test_should_leave_when_no_answer_comes() -> None:
    async def main() -> None:
        async with (
            answering(lambda row: (None, OK)[row]) as server,
            Connection(server.url) as connection,
        ):
            with pytest.raises(TimeoutError):
                await connection.ask(REQUEST, 0.05)
            assert (await connection.ask(REQUEST)).status == 200
        assert len(server.peers) == 2

    asyncio.run(main())


def test_should_say_that_the_service_has_ended_the_connection() -> None:
    async def main() -> None:
        async with (
            answering(lambda row: (b"", OK)[row]) as server,
            Connection(server.url) as connection,
        ):
            with pytest.raises(ConnectionResetError):
                await connection.ask(REQUEST)
            assert (await connection.ask(REQUEST)).status == 200

    asyncio.run(main())


@pytest.mark.parametrize(
    ("url", "address"),
    [("http://192.0.2.1:80", "127.0.0.1"), ("http://127.0.0.1:80", "192.0.2.1")],
)
def test_should_ask_nobody_but_this_machine(url: str, address: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        Connection(url, address)


def test_should_have_addresses_for_many_clients() -> None:
    every = client_addresses(300)
    assert len({*every}) == 300
    assert client_addresses(2, first=298) == every[298:]
