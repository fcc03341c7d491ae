"""Fetches pictures from hosts that may be asked at the moment, and from no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from typing_extensions import override

from lookalike.errors import PermanentError
from lookalike.images.fetching.fetcher import GuardedFetcher, ImageFetcher
from lookalike.images.fetching.web_address import host_of

CLOSING_SECONDS = 11.0
"""A little more than a fetch may take."""


class HostClosedError(PermanentError):
    """A picture is asked for that nobody waits for any more, so that asking again is no use."""

    code = "host_closed"
    title = "Host closed"


class HostGate(GuardedFetcher):
    """Lets pictures be fetched from hosts for which it is open. Safe to use in threads.

    Addresses without a host are handed on: the fetcher refuses them.

    Args:
        fetcher: fetches the pictures.
    """

    def __init__(self, fetcher: ImageFetcher) -> None:
        super().__init__(fetcher)
        self._open: AbstractSet[str] = frozenset()
        self._fetches = 0
        self._changed = threading.Condition()

    @contextmanager
    def opened(self, hosts: AbstractSet[str]) -> Iterator[None]:
        """Open for these hosts; at the end, wait until nothing is fetched from them any more."""
        self._open = hosts
        try:
            yield
        finally:
            with self._changed:
                self._open = frozenset()
                self._changed.wait_for(lambda: not self._fetches, CLOSING_SECONDS)

    def require_open(self, address: str) -> None:
        """Refuse an address whose host may not be asked.

        Raises:
            HostClosedError: it is closed.
        """
        host = host_of(address)
        if host and host not in self._open:
            raise HostClosedError("The host of the picture is not asked any more.")

    @override
    @contextmanager
    def _passing(self, address: str) -> Iterator[None]:
        with self._changed:
            self.require_open(address)
            self._fetches += 1
        try:
            yield
        finally:
            with self._changed:
                self._fetches -= 1
                self._changed.notify_all()
