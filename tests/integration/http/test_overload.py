"""More clients than the service can serve: who still waits is answered, who has gone is not."""

from __future__ import annotations

import http.client
import json
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from urllib.parse import urlsplit

import pytest
import requests

from lookalike.images.preparation import PreparedPicture
from lookalike.local.http_server.asgi import AsgiApplication, RequestLimits
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.local.overload.permits import Permits
from lookalike.local.overload.permitted import PermittedMatcher
from lookalike.matching.check import Match
from tests.fakes import FakeMatcher, a_match, a_picture_file
from tests.integration.http.conftest import running
from tests.service import Parts

CORES = 2
THREADS_OF_ONE = 50


class Service:
    """A service whose checks take until the test lets them go on."""

    def __init__(self, parts: Parts, *, max_wait: float, fast_from: float = math.inf) -> None:
        self.permits, self.go_on = Permits(CORES, max_wait), threading.Event()
        self.checked: list[int] = []
        matcher = PermittedMatcher(FakeMatcher(self._find), self.permits, fast_from)
        parts.matcher = matcher  # type: ignore[assignment]
        permit = partial(self.permits.permit, begun=False)
        self.application = AsgiApplication(
            build_resolver(parts.routers(permit=permit), "0.1.0"),
            limits=RequestLimits(threads=2 * THREADS_OF_ONE, max_wait=max_wait),
            expected_wait=self.permits.expected_wait,
        )

    def _find(self, picture: PreparedPicture) -> tuple[Match, ...]:
        self.checked.append(picture.width)
        assert self.go_on.wait(60)
        return (a_match(),)

    def wait_until(self, holds: Callable[[Service], bool]) -> None:
        """Until this is so."""
        deadline = time.monotonic() + 30
        while not holds(self):
            assert time.monotonic() < deadline, (len(self.permits._new), self.checked)
            time.sleep(0.005)

    def wait_for_waiting(self, count: int) -> None:
        """Until so many requests wait for a permit."""
        self.wait_until(lambda it: len(it.permits._new) == count)


@pytest.fixture
def service(parts: Parts) -> Iterator[Service]:
    """In which requests may wait for a minute."""
    built = Service(parts, max_wait=60)
    yield built
    built.go_on.set()


def _send(url: str, number: int, address: str = "127.0.0.1", query: str = "") -> socket.socket:
    """Send a check from an address without waiting for its answer."""
    place = urlsplit(url)
    to = place.hostname or "", place.port or 0
    client = socket.create_connection(to, 60, source_address=(address, 0))
    body = a_picture_file(number)
    head = f"POST /find_similar{query} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}"
    client.sendall(f"{head}\r\n\r\n".encode() + body)
    return client


def _status(client: socket.socket) -> int:
    return int(client.recv(65536).split()[1])


def test_clients_that_give_up_cost_those_nothing_who_still_wait(service: Service) -> None:
    """Forty of them leave before their turn: nothing is computed for any."""
    with running(service.application) as (_, url), ExitStack() as stack:
        first = [stack.enter_context(closing(_send(url, 1))) for _ in range(CORES)]
        service.wait_until(lambda it: it.checked == [1] * CORES)
        impatient = [_send(url, 2) for _ in range(40)]
        service.wait_for_waiting(40)
        patient = [stack.enter_context(closing(_send(url, 3))) for _ in range(8)]
        service.wait_for_waiting(48)
        for client in impatient:
            client.close()
        service.wait_for_waiting(8)
        service.go_on.set()
        assert [_status(client) for client in (*first, *patient)] == [200] * (CORES + 8)
    assert sorted(service.checked) == [1] * CORES + [3] * 8


def test_a_client_with_many_requests_makes_others_wait_for_one_of_them(service: Service) -> None:
    """It has sent 64 at once, of which some wait for a thread, when another client sends one."""
    with running(service.application) as (_, url), ExitStack() as stack:
        many = [stack.enter_context(closing(_send(url, 1))) for _ in range(CORES)]
        service.wait_until(lambda it: it.checked == [1] * CORES)
        many += [stack.enter_context(closing(_send(url, 1))) for _ in range(64 - CORES)]
        service.wait_for_waiting(THREADS_OF_ONE - CORES)
        other = stack.enter_context(closing(_send(url, 2, "127.0.0.2")))
        service.wait_for_waiting(THREADS_OF_ONE - CORES + 1)
        service.go_on.set()
        assert [_status(client) for client in (other, *many)] == [200] * 65
    assert service.checked.index(2) <= 3 * CORES  # those that compute, and have begun


def _effort(client: socket.socket) -> str:
    """The effort that the answer says it was made with."""
    with closing(http.client.HTTPResponse(client)) as response:
        response.begin()
        return str(json.loads(response.read())["effort"])


def test_a_busy_service_tries_less_for_those_who_have_named_no_effort(parts: Parts) -> None:
    """Not for another client, who has to wait for nobody but those who compute."""
    service = Service(parts, max_wait=60, fast_from=0.2)
    with running(service.application) as (_, url), ExitStack() as stack:

        def send(*more: str) -> socket.socket:
            return stack.enter_context(closing(_send(url, 1, *more)))

        early = [send() for _ in range(CORES)]
        service.wait_until(lambda it: it.checked == [1] * CORES)
        busy = [send() for _ in range(10)]
        service.wait_for_waiting(10)
        asked = [send(), send("127.0.0.1", "?effort=normal"), send("127.0.0.2")]
        service.wait_for_waiting(13)
        service.go_on.set()
        assert [_effort(client) for client in asked] == ["fast", "normal", "normal"]
        assert {_effort(client) for client in early} == {"normal"}
        assert {_status(client) for client in busy} == {200}


def test_whoever_would_wait_too_long_is_told_at_once(parts: Parts) -> None:
    service = Service(parts, max_wait=0.5)
    with running(service.application) as (_, url), ThreadPoolExecutor(40) as pool:
        try:
            check = partial(requests.post, f"{url}/find_similar", a_picture_file(), timeout=60)
            asked = [pool.submit(check) for _ in range(40)]
            service.wait_until(lambda _: sum(one.done() for one in asked) == 40 - CORES)
            refused = [one.result() for one in asked if one.done()]
            health = requests.get(f"{url}/health", timeout=60).status_code
            status = requests.get(f"{url}/status", timeout=60).status_code
        finally:
            service.go_on.set()
    assert {answer.json()["code"] for answer in refused} == {"overloaded"}
    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in refused} == {
        (503, "3")
    }
    assert (health, status) == (200, 200)
    assert sum(one.result().status_code == 200 for one in asked) == CORES
    assert len(service.checked) == CORES
