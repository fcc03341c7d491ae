"""Fetches pictures without waiting for ever again for hosts that do not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from typing_extensions import override

from lookalike.errors import ImageUnreachableError, LookalikeError, PermanentError
from lookalike.images.fetching.fetcher import GuardedFetcher, ImageFetcher
from lookalike.images.fetching.web import HostUnansweredError
from lookalike.images.fetching.web_address import host_of

MIN_FAILURES = 4
"""Fetches without an answer, one after the other, from which on a host can be silent."""
MIN_SECONDS = 20.0
"""That they take together, so that a host that restarts is none: two rounds of a fetch's time."""


class HostSilentError(PermanentError):
    """The host has not answered for long, so that asking it again now is no use."""

    code = ImageUnreachableError.code
    title = ImageUnreachableError.title


@dataclass
class _Silence:
    """What a host has left unanswered since it last answered.

    Attributes:
        since: when the first of these fetches began, in seconds.
        failures: how many there were.
        detail: what is wrong with the host, if it is silent.
    """

    since: float
    failures: int = 0
    detail: str = ""


class SilentHosts(GuardedFetcher):
    """Refuses addresses of silent hosts at once. Safe to use in threads.

    Args:
        fetcher: fetches the pictures.
        monotonic: seconds that never run backwards.
    """

    def __init__(
        self, fetcher: ImageFetcher, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(fetcher)
        self._monotonic = monotonic
        self._silences = dict[str, _Silence]()
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Ask all hosts again."""
        with self._lock:
            self._silences = {}

    @override
    @contextmanager
    def _passing(self, address: str) -> Iterator[None]:
        """Hold nothing.

        Raises:
            HostSilentError: the host of the address is silent; the detail is that of its failure.
        """
        host, begun = host_of(address), self._monotonic()
        self._require_answers(host)
        try:
            yield
        except HostUnansweredError as error:
            self._note(host, begun, error.detail)
            raise
        except LookalikeError:
            self._answered(host)
            raise
        self._answered(host)

    def _require_answers(self, host: str) -> None:
        with self._lock:
            silence = self._silences.get(host)
            if silence and silence.detail:
                raise HostSilentError(silence.detail)

    def _note(self, host: str, begun: float, detail: str) -> None:
        with self._lock:
            silence = self._silences.setdefault(host, _Silence(begun))
            silence.failures += 1
            seconds = self._monotonic() - silence.since
            if silence.failures >= MIN_FAILURES and seconds >= MIN_SECONDS:
                silence.detail = detail

    def _answered(self, host: str) -> None:
        with self._lock:
            self._silences.pop(host, None)
