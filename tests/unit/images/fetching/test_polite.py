"""A host is never asked for many pictures at once, and other hosts do not wait for it."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from typing_extensions import override

from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.fetching.polite import PoliteFetcher

AT_ONCE = 2
ADDRESSES = [f"https://{host}.example/{number}.jpg" for number in range(6) for host in "ab"]


class SlowHosts(ImageFetcher):
    """Hosts that answer when as many as may have asked, and remember how many did."""

    def __init__(self) -> None:
        self.most = Counter[str]()
        self._asking = Counter[str]()
        self._lock = threading.Lock()
        self._full = threading.Barrier(2 * AT_ONCE, timeout=5)

    @override
    def fetch(self, address: str) -> bytes:
        host = urlsplit(address).hostname or ""
        with self._lock:
            self._asking[host] += 1
            self.most[host] = max(self.most[host], self._asking[host])
        self._full.wait()
        with self._lock:
            self._asking[host] -= 1
        return address.encode()

    @override
    def revision(self, address: str) -> str:
        return f"of {address}"


def test_should_ask_each_host_for_as_many_as_may_be_and_no_more() -> None:
    hosts = SlowHosts()
    fetcher = PoliteFetcher(hosts, AT_ONCE)
    with ThreadPoolExecutor(len(ADDRESSES)) as pool:
        answers = list(pool.map(lambda address: fetcher.ask(address).content, ADDRESSES))
    assert answers == [address.encode() for address in ADDRESSES]
    assert hosts.most == {"a.example": AT_ONCE, "b.example": AT_ONCE}


@pytest.mark.parametrize("address", ["no address", "https://[", "a/b.jpg"])
def test_should_hand_on_what_it_cannot_read(address: str) -> None:
    class Echo(SlowHosts):
        def fetch(self, address: str) -> bytes:
            return address.encode()

    fetcher = PoliteFetcher(Echo(), 1)
    assert fetcher.fetch(address) == address.encode()
    assert fetcher.revision(address) == f"of {address}"
