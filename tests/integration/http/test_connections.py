"""Clients that do nothing, or very little, take no place from others."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from urllib.parse import urlsplit

import pytest
import requests

from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.connections import Connections, most_connections
from tests.integration.http.conftest import running

MOST = 20
REQUEST = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b"POST /find_similar HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"


@contextmanager
def _clients(
    url: str, count: int, sends: bytes, address: str = "127.0.0.1"
) -> Iterator[list[socket.socket]]:
    """Connections of one client that send so much and then no more."""
    place = urlsplit(url)
    with ExitStack() as stack:
        clients = []
        for _ in range(count):
            to = place.hostname or "", place.port or 0
            client = socket.create_connection(to, 10, source_address=(address, 0))
            clients.append(stack.enter_context(closing(client)))
            with suppress(OSError):  # it may have ended already
                client.sendall(sends)
                if sends == REQUEST:
                    assert b"200 OK" in client.recv(65536, socket.MSG_PEEK)
        yield clients


def _is_ended(client: socket.socket) -> bool:
    """Whether the server has closed the connection, as far as one can tell without waiting."""
    client.settimeout(0)
    try:
        while client.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@pytest.mark.parametrize(
    "sends",
    [b"", b"GET / HTTP/1.1\r\nX: ", REQUEST, BODY],
    ids=["nothing", "half a head", "one request", "half a request"],
)
def test_idle_connections_leave_room_for_others(application: AsgiApplication, sends: bytes) -> None:
    with (
        running(application, connections=Connections(MOST)) as (_, url),
        _clients(url, 3 * MOST, sends) as idle,
    ):
        for _ in range(5):
            assert requests.get(f"{url}/health", timeout=10).status_code == 200
        assert 0 < sum(not _is_ended(client) for client in idle) <= MOST // 2


def test_idle_connections_end_those_of_no_other_client(application: AsgiApplication) -> None:
    """Two that take all there are lose some to a third, who loses none of its few."""
    with ExitStack() as stack:
        limit = Connections(MOST)
        _, url = stack.enter_context(running(application, connections=limit))
        few = stack.enter_context(_clients(url, 3, REQUEST, "127.0.0.2"))
        for address in ("127.0.0.3", "127.0.0.4"):
            idle = stack.enter_context(_clients(url, MOST, b"", address))
        few += stack.enter_context(_clients(url, 3, REQUEST, "127.0.0.2"))
        assert not any(map(_is_ended, few))
        assert any(map(_is_ended, idle))
        assert limit._open.total() <= MOST
    assert (limit._open, limit._waiting) == ({}, {})


def test_a_connection_that_is_being_answered_is_kept(application: AsgiApplication) -> None:
    """It was opened first, and used last."""
    with (
        running(application, connections=Connections(MOST)) as (_, url),
        requests.Session() as session,
    ):
        session.trust_env = False
        assert session.get(f"{url}/health", timeout=10).status_code == 200
        with _clients(url, MOST // 2 - 1, b""):
            assert session.get(f"{url}/health", timeout=10).status_code == 200
            with _clients(url, MOST // 2 - 1, b"") as newer:
                assert session.get(f"{url}/health", timeout=10).status_code == 200
                assert not any(map(_is_ended, newer))


@pytest.mark.parametrize("sends", [b"", b"GET / HTTP/1.1\r\nX: ", REQUEST + b"GET"])
def test_a_head_that_does_not_arrive_in_time_ends_the_connection(
    application: AsgiApplication, sends: bytes
) -> None:
    with (
        running(application, connections=Connections(MOST, head_seconds=0.1)) as (_, url),
        _clients(url, 1, sends) as [slow],
    ):
        answer = b""
        with suppress(ConnectionResetError):
            while received := slow.recv(65536):
                answer += received
        assert answer.count(b"200 OK") == sends.count(REQUEST)


def test_a_connection_may_be_idle_between_two_requests(application: AsgiApplication) -> None:
    with (
        running(application, connections=Connections(MOST, head_seconds=0.1)) as (_, url),
        closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)) as connection,
    ):
        sockets = set()
        for pause in (0.3, 0):
            connection.request("GET", "/health")
            assert connection.getresponse().read()
            sockets.add(connection.sock)
            time.sleep(pause)
        assert len(sockets) == 1


def test_connections_leave_half_of_the_files_to_all_else() -> None:
    files = 1024
    assert most_connections(files) == 512
    assert most_connections(10**6) == 1000
