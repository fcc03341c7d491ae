"""A host that does not answer is asked some times, and then no more."""

from __future__ import annotations

import pytest
from typing_extensions import override

from lookalike.errors import ImageNotFoundError, ImageUnreachableError, LookalikeError
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.fetching.silent_hosts import (
    MIN_FAILURES,
    MIN_SECONDS,
    HostSilentError,
    SilentHosts,
)
from lookalike.images.fetching.web import HostUnansweredError
from tests.fakes import Clock

DEAD, ALIVE = "https://dead.example/1.jpg", "https://alive.example/1.jpg"
PATIENCE = MIN_SECONDS / MIN_FAILURES
"""Seconds of a fetch after which a host is silent as soon as it has failed often enough."""


class Hosts(ImageFetcher):
    """Answers as the test says, after some seconds."""

    def __init__(self) -> None:
        self.clock, self.seconds = Clock(), PATIENCE
        self.errors: dict[str, LookalikeError] = {}
        self.asked: list[str] = []

    @override
    def fetch(self, address: str) -> bytes:
        self.asked.append(address)
        self.clock.now += self.seconds
        if error := self.errors.get(address):
            raise error
        return b"picture"


@pytest.fixture
def hosts() -> Hosts:
    hosts = Hosts()
    hosts.errors[DEAD] = HostUnansweredError("The host did not send the picture in time.")
    return hosts


def _fails(fetcher: SilentHosts, times: int, kind: type[LookalikeError]) -> None:
    for _ in range(times):
        with pytest.raises(kind):
            fetcher.ask(DEAD)


def test_should_refuse_a_silent_host_at_once_and_say_why(hosts: Hosts) -> None:
    fetcher = SilentHosts(hosts, hosts.clock)
    _fails(fetcher, MIN_FAILURES, HostUnansweredError)
    with pytest.raises(HostSilentError) as refusal:
        fetcher.fetch("https://Dead.Example./2.jpg")
    assert refusal.value.code == "image_unreachable"
    assert refusal.value.detail == hosts.errors[DEAD].detail
    assert len(hosts.asked) == MIN_FAILURES
    assert fetcher.fetch(ALIVE) == b"picture"


def test_should_ask_again_when_it_is_told_to_forget(hosts: Hosts) -> None:
    fetcher = SilentHosts(hosts, hosts.clock)
    _fails(fetcher, MIN_FAILURES, HostUnansweredError)
    fetcher.forget()
    _fails(fetcher, MIN_FAILURES, HostUnansweredError)
    _fails(fetcher, 1, HostSilentError)


def test_should_go_on_with_a_host_that_refuses_quickly(hosts: Hosts) -> None:
    """As one does that restarts."""
    hosts.seconds = PATIENCE / 10
    fetcher = SilentHosts(hosts, hosts.clock)
    _fails(fetcher, 10 * MIN_FAILURES, HostUnansweredError)
    _fails(fetcher, 1, HostSilentError)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        ImageNotFoundError("There is none."),
        ImageUnreachableError("The host answers with status 503."),
    ],
)
def test_should_begin_anew_with_any_answer(hosts: Hosts, answer: LookalikeError | None) -> None:
    fetcher = SilentHosts(hosts, hosts.clock)
    other = "https://dead.example/other.jpg"
    if answer:
        hosts.errors[other] = answer
    for _ in range(2):
        _fails(fetcher, MIN_FAILURES - 1, HostUnansweredError)
        if answer:
            with pytest.raises(type(answer)):
                fetcher.fetch(other)
        else:
            assert fetcher.fetch(other) == b"picture"


def test_should_never_give_up_a_host_that_answers_with_errors(hosts: Hosts) -> None:
    hosts.errors[DEAD] = ImageUnreachableError("The host answers with status 503.")
    fetcher = SilentHosts(hosts, hosts.clock)
    _fails(fetcher, 3 * MIN_FAILURES, ImageUnreachableError)
    assert len(hosts.asked) == 3 * MIN_FAILURES
