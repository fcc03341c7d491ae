"""A service that names when to come back is waited for by imports, not by single commands."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lookalike.api.status.models import IndexAnswer, StatusAnswer
from lookalike.cli.remote.connection import ServiceRetryPolicy
from lookalike.cli.remote.errors import RemoteUnavailableError
from lookalike.cli.remote.service import RemoteService
from lookalike.cli.remote.waiting import Waiting
from tests.servers import Exchange, PictureServer, Route, answer, raw

STATUS = StatusAnswer(
    products=1,
    pictures=1,
    outdated=0,
    algorithm_version="1",
    index=IndexAnswer(pictures=1, behind=0, ahead=0, fresh=True),
    service_version="1",
    uptime_seconds=1.0,
)


@pytest.fixture
def server() -> Iterator[PictureServer]:
    """Where a service is."""
    with PictureServer() as running:
        yield running


def busy(times: int, status: int, retry_after: int) -> Route:
    """Asks to come back so often, and answers then."""
    refuse = answer(
        b'{"detail": "Later."}', status=status, retry_after=retry_after, connection="close"
    )
    then = answer(STATUS.model_dump_json().encode(), connection="close")
    answers = iter([refuse] * times)

    def route(exchange: Exchange) -> None:
        next(answers, then)(exchange)

    return route


@pytest.mark.parametrize("status", [429, 503])
def test_should_wait_out_a_flood_of_an_import(server: PictureServer, status: int) -> None:
    """The firewall counts over five minutes, and asks to come back in one."""
    server.route("/status", busy(6, status, retry_after=60))
    waited: list[float] = []
    retry_policy = replace(Waiting().retry_policy(), wait=waited.append)
    assert RemoteService(server.url(""), retry_policy=retry_policy).status() == STATUS
    assert waited == [60.0] * 6


def test_should_not_wait_for_ever(server: PictureServer) -> None:
    server.route("/status", busy(1_000, 503, retry_after=60))
    waited: list[float] = []
    retry_policy = replace(Waiting().retry_policy(), wait=waited.append)
    with pytest.raises(RemoteUnavailableError):
        RemoteService(server.url(""), retry_policy=retry_policy).status()
    assert 300 < sum(waited) < 900


@pytest.mark.parametrize(
    "retry_policy", [ServiceRetryPolicy(), Waiting().retry_policy()], ids=["check", "import"]
)
def test_should_not_wait_for_the_quota_of_tomorrow(
    server: PictureServer, retry_policy: ServiceRetryPolicy
) -> None:
    server.route("/status", busy(1_000, 429, retry_after=3_600))
    waited: list[float] = []
    with pytest.raises(RemoteUnavailableError, match=r"Later\."):
        RemoteService(
            server.url(""), retry_policy=replace(retry_policy, wait=waited.append)
        ).status()
    assert (waited, len(server.requests)) == ([], 1)


def test_should_not_keep_a_single_command_waiting(server: PictureServer) -> None:
    server.route("/status", busy(1_000, 429, retry_after=60))
    waited: list[float] = []
    with pytest.raises(RemoteUnavailableError):
        RemoteService(server.url(""), retry_policy=ServiceRetryPolicy(wait=waited.append)).status()
    assert waited == []


def test_should_wait_a_moment_with_a_single_command(server: PictureServer) -> None:
    server.route("/status", busy(1, 429, retry_after=1))
    waited: list[float] = []
    service = RemoteService(server.url(""), retry_policy=ServiceRetryPolicy(wait=waited.append))
    assert (service.status(), waited) == (STATUS, [1.0])


@pytest.fixture
def paused(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between retries, which are skipped."""
    pauses: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", pauses.append)
    return pauses


def test_should_not_wait_long_for_a_service_that_has_never_answered(
    server: PictureServer, paused: list[float]
) -> None:
    """The address may be wrong: whoever checks a folder should not wait for half a minute."""
    server.route("/status", raw(b""))
    service = RemoteService(server.url(""), retry_policy=Waiting().retry_policy())
    with pytest.raises(RemoteUnavailableError):
        service.status()
    assert len(server.requests) > 1
    assert sum(paused) <= 5


@pytest.mark.parametrize("first", [200, 503])
def test_should_wait_for_a_service_that_restarts_during_an_import(
    server: PictureServer, paused: list[float], first: int
) -> None:
    """Even if all that it has said before is that it is busy."""
    body = STATUS.model_dump_json().encode()
    working = answer(body, connection="close")
    routes = iter([answer(body, status=first, connection="close"), *[raw(b"")] * 6])

    def route(exchange: Exchange) -> None:
        next(routes, working)(exchange)

    server.route("/status", route)
    service = RemoteService(server.url(""), retry_policy=Waiting().retry_policy())
    assert [service.status(), service.status()] == [STATUS, STATUS]
    assert sum(paused) > 20


def test_should_say_once_that_all_wait_and_give_up_together() -> None:
    said: list[float] = []
    waiting = Waiting(said.append, lambda: 100.0)
    with ThreadPoolExecutor(2) as threads:
        waits = [threads.submit(waiting.wait, 60.0) for _ in range(2)]
        waiting.end()
    assert all(isinstance(wait.exception(), RemoteUnavailableError) for wait in waits)
    assert said == [60.0]


def test_should_say_nothing_of_a_moment() -> None:
    said: list[float] = []
    Waiting(said.append).wait(0.001)
    assert said == []
