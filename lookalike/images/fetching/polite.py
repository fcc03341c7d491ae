"""Fetches pictures without asking any host for many at once."""

from __future__ import annotations

import threading
from collections import defaultdict

from typing_extensions import override

from lookalike.images.fetching.fetcher import GuardedFetcher, ImageFetcher
from lookalike.images.fetching.web_address import host_of

DOWNLOADS_A_HOST = 2
"""Pictures that one process, or function, asks one host for at once."""


class PoliteFetcher(GuardedFetcher):
    """Lets pictures of one host wait for each other. Safe to use in threads.

    Args:
        fetcher: fetches the pictures.
        at_once: how many of one host, at most.
    """

    def __init__(self, fetcher: ImageFetcher, at_once: int) -> None:
        super().__init__(fetcher)
        self._hosts = defaultdict[str, threading.Semaphore](lambda: threading.Semaphore(at_once))
        self._lock = threading.Lock()

    @override
    def _passing(self, address: str) -> threading.Semaphore:
        """Of the host; all addresses that cannot be read have one, since they are refused."""
        host = host_of(address)
        with self._lock:
            return self._hosts[host]
