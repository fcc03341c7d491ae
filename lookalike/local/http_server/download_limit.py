"""Limits how many pictures are downloaded at once."""

from __future__ import annotations

import threading

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

    Args:
        fetcher: downloads.
        most: downloads at once.
    """

    def __init__(self, fetcher: ImageFetcher, most: int = MAX_DOWNLOADS) -> None:
        self._fetcher = fetcher
        self._places = threading.BoundedSemaphore(most)
        self._closed = threading.Event()

    def close(self) -> None:
        """Begin no further download; running ones go on until their own deadline."""
        self._closed.set()

    @override
    def fetch(self, address: str) -> bytes:
        """The picture's bytes; see ``ImageFetcher`` for further errors.

        Raises:
            TooManyRequestsError: enough downloads are under way.
            StoppingError: after ``close``.
            CallerGoneError: nobody waits for the picture any more.
        """
        current_caller().require()
        if self._closed.is_set():
            raise StoppingError("The service is being stopped. Come back later.")
        if not self._places.acquire(blocking=False):
            raise TooManyRequestsError("Too many pictures are being downloaded. Come back later.")
        try:
            return self._fetcher.fetch(address)
        finally:
            self._places.release()
