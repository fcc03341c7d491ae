"""Limits how many pictures are downloaded at once, in all and from each host."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from typing_extensions import override

from lookalike.http.problems import StoppingError, TooManyRequestsError
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.local.overload.caller import current_caller

MAX_DOWNLOADS = 64
"""Each may take 20 MiB and 10 seconds."""


class LimitedFetcher(ImageFetcher):
    """Limits downloads that run at once, and refuses further ones instead of queueing them.

    So slow picture servers hold at most that many threads, for single requests and batches
    together. The other threads stay free for requests that bring their picture along.

    A host may hold as many places as remain free for others: half of them while it is alone, a
    quarter beside one that holds its half. So no host, and no few, can take all. A host that an
    address redirects to is not counted.

    Args:
        fetcher: downloads.
        most: downloads at once.
    """

    def __init__(self, fetcher: ImageFetcher, most: int = MAX_DOWNLOADS) -> None:
        self._fetcher = fetcher
        self._most = most
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def close(self) -> None:
        """Begin no further download; running ones go on until their own deadline."""
        self._closed.set()

    @override
    def fetch(self, address: str) -> bytes:
        """The picture's bytes; see ``ImageFetcher`` for further errors.

        Raises:
            TooManyRequestsError: enough downloads are under way, in all or from this host.
            StoppingError: after ``close``.
            CallerGoneError: nobody waits for the picture any more.
        """
        current_caller().require()
        if self._closed.is_set():
            raise StoppingError("The service is being stopped. Come back later.")
        with self._place(_host(address)):
            return self._fetcher.fetch(address)

    @contextmanager
    def _place(self, host: str) -> Iterator[None]:
        """Hold a place for a download from a host."""
        with self._lock:
            free = self._most - self._running.total()
            if free == 0:
                raise TooManyRequestsError(
                    "Too many pictures are being downloaded. Come back later."
                )
            if self._running[host] >= free:
                raise TooManyRequestsError(
                    f"Too many pictures are being downloaded from {host}. Come back later."
                )
            self._running[host] += 1
        try:
            yield
        finally:
            with self._lock:
                self._running[host] -= 1
                self._running += Counter()  # forgets hosts without a download


def _host(address: str) -> str:
    """The host of an address; empty where it has none, which fetching then refuses."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
