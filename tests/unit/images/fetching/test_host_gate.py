"""Nothing is fetched from a host for which the gate is closed, not even what began before."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from typing_extensions import override

from lookalike.errors import UrlInvalidError
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.fetching.host_gate import HostClosedError, HostGate
from lookalike.images.fetching.web_address import parse

HOSTS = frozenset({"shop.example"})
PICTURE = "https://Shop.Example./1.jpg"


class SlowHost(ImageFetcher):
    """A host that answers when the test lets it."""

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()

    @override
    def fetch(self, address: str) -> bytes:
        parse(address)
        self.asked.set()
        assert self.may_answer.wait(5)
        return address.encode()

    @override
    def revision(self, address: str) -> str:
        return f"of {address}"


@pytest.fixture
def host() -> SlowHost:
    return SlowHost()


def test_should_fetch_from_hosts_that_it_is_open_for(host: SlowHost) -> None:
    gate = HostGate(host)
    host.may_answer.set()
    with gate.opened(HOSTS):
        assert gate.ask(PICTURE).content == gate.fetch(PICTURE) == PICTURE.encode()
        with pytest.raises(HostClosedError):
            gate.fetch("https://other.example/1.jpg")
    with pytest.raises(HostClosedError):
        gate.ask(PICTURE)


def test_should_close_when_the_last_fetch_has_ended(host: SlowHost) -> None:
    gate = HostGate(host)
    with ThreadPoolExecutor(1) as pool:
        with gate.opened(HOSTS):
            fetch = pool.submit(gate.fetch, PICTURE)
            assert host.asked.wait(5)
            threading.Timer(0.1, host.may_answer.set).start()
        assert host.may_answer.is_set(), "it closed while a picture was on its way"
        assert fetch.result(5) == PICTURE.encode()


def test_should_hand_on_what_it_cannot_read(host: SlowHost) -> None:
    gate = HostGate(host)
    with pytest.raises(UrlInvalidError):
        gate.fetch("no address")
    assert gate.revision("no address") == "of no address"
