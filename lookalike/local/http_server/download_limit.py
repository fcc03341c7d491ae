"""Limits how many pictures are downloaded at once, in all and from each host."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from typing_extensions import override

from lookalike.http.problems import StoppingError, TooManyRequestsError
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.local.overload.caller import current_caller
from lookalike.local.overload.shares import Shares

MAX_DOWNLOADS = 64
"""Each may take 20 MiB and 10 seconds."""
_FREE_FOR_ONE_OF_A_HOST = 3
"""Places that remain free for each one that a host holds: a quarter of all for one that is alone,
while a client may have half. So one slow host leaves a client half of its downloads."""


class LimitedFetcher(ImageFetcher):
    """Limits downloads that run at once, and refuses further ones instead of queueing them.

    So slow picture servers hold at most that many threads, for single requests and batches
    together. The other threads stay free for requests that bring their picture along.

    A client may hold as many places as remain free for others (``Shares``), and a host a third of
    that, so that a slow one leaves its callers downloads from others. A host that an address
    redirects to is not counted.

    Args:
        fetcher: downloads.
        most: downloads at once.
    """

    def __init__(self, fetcher: ImageFetcher, most: int = MAX_DOWNLOADS) -> None:
        self._fetcher = fetcher
        self._clients = Shares(most)
        self._hosts = Shares(most, _FREE_FOR_ONE_OF_A_HOST)
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def close(self) -> None:
        """Begin no further download; running ones go on until their own deadline."""
        self._closed.set()

    @override
    def fetch(self, address: str) -> bytes:
        """The picture's bytes; see ``ImageFetcher`` for further errors.

        Raises:
            TooManyRequestsError: enough downloads are under way, in all, from this host or for
                this client.
            StoppingError: after ``close``.
            CallerGoneError: nobody waits for the picture any more.
        """
        current_caller().require()
        if self._closed.is_set():
            raise StoppingError("The service is being stopped. Come back later.")
        with self._place(_host(address), current_caller().client):
            return self._fetcher.fetch(address)

    @contextmanager
    def _place(self, host: str, client: str) -> Iterator[None]:
        """Hold a place for a download from a host, for a client."""
        with self._lock:
            self._require_room(host, client)
            self._hosts.take(host)
            self._clients.take(client)
        try:
            yield
        finally:
            with self._lock:
                self._hosts.give_back(host)
                self._clients.give_back(client)

    def _require_room(self, host: str, client: str) -> None:
        if not self._clients.has_room(client):
            raise TooManyRequestsError("Too many pictures are being downloaded. Come back later.")
        if not self._hosts.has_room(host):
            raise TooManyRequestsError(
                f"Too many pictures are being downloaded from {host}. Come back later."
            )


def _host(address: str) -> str:
    """The host of an address; empty where it has none, which fetching then refuses."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
