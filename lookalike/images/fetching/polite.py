"""Fetches pictures without asking any host for many at once."""

from __future__ import annotations

import threading
from collections import defaultdict

from typing_extensions import override

from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.fetching.validators import NO_VALIDATORS, Fetched, Validators
from lookalike.images.fetching.web_address import host_of

DOWNLOADS_A_HOST = 2
"""Pictures that one process, or function, asks one host for at once."""


class PoliteFetcher(ImageFetcher):
    """Lets pictures of one host wait for each other. Safe to use in threads.

    Args:
        fetcher: fetches the pictures.
        at_once: how many of one host, at most.
    """

    def __init__(self, fetcher: ImageFetcher, at_once: int) -> None:
        self._fetcher = fetcher
        self._hosts = defaultdict[str, threading.Semaphore](lambda: threading.Semaphore(at_once))
        self._lock = threading.Lock()

    @override
    def fetch(self, address: str) -> bytes:
        with self._turn(address):
            return self._fetcher.fetch(address)

    @override
    def ask(self, address: str, known: Validators = NO_VALIDATORS) -> Fetched:
        with self._turn(address):
            return self._fetcher.ask(address, known)

    @override
    def revision(self, address: str) -> str:
        return self._fetcher.revision(address)

    def _turn(self, address: str) -> threading.Semaphore:
        """Of the host; all addresses that cannot be read have one, since they are refused."""
        host = host_of(address)
        with self._lock:
            return self._hosts[host]
