"""Fetches pictures from the web without opening a way into private networks.

Each hop is checked anew, where its connection is opened (``connections.py``).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse

from lookalike.errors import (
    ImageForbiddenError,
    ImageNotFoundError,
    ImageUnreachableError,
    TooManyRedirectsError,
)
from lookalike.images.fetching.bounded_http import Deadline, read_body, request
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.fetching.validators import NO_VALIDATORS, Fetched, Validators
from lookalike.images.fetching.web_address import WebAddress, follow, parse
from lookalike.images.limits import MAX_BYTES

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED = 304
_GONE = frozenset({404, 410})
_HANDED_OUT = range(200, 300)
_REFUSED = range(400, 500)
_COME_BACK = frozenset({408, 421, 425, 429})
"""Refusals that may pass: time-out, wrong server, too early, too many requests."""

_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "did not send the picture in time"),
    (ssl.SSLCertVerificationError, "has no valid certificate for its name"),
    (ssl.SSLError, "cannot be spoken to securely (TLS fails)"),
    (socket.gaierror, "cannot be looked up, because no name server answers"),
    (ConnectionRefusedError, "refuses connections"),
    (OSError, "cannot be connected to, or broke off"),
    (HTTPException, "broke off, or its answer is not HTTP"),
    (ValueError, "gave an answer that is not HTTP"),
)
"""The end of the sentence for the caller, by the first class that fits."""


class HostUnansweredError(ImageUnreachableError):
    """The host has given no answer, or none that is HTTP, or not all of it in time."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The limits of a fetch in time and size.

    Attributes:
        total_seconds: from the call to the last byte, redirects and look-ups included.
        max_bytes: of the picture, after undoing a content coding.
        max_redirects: followed; one more is an error.
    """

    total_seconds: float = 10.0
    max_bytes: int = MAX_BYTES
    max_redirects: int = 3


DEFAULT_LIMITS = FetchLimits()


class WebFetcher(ImageFetcher):
    """Fetches pictures by http and https. Keeps nothing between calls; safe to use in threads.

    Any port is fine, and so is a redirect from https to http: nothing secret is ever sent.

    Args:
        connections: to the hosts that may be asked; by default those of the web alone.
        limits: of time and size, beside that of a connection.
        before_redirect: is told where a redirect leads before it is followed, and may refuse it.
    """

    def __init__(
        self,
        connections: Connections | None = None,
        limits: FetchLimits = DEFAULT_LIMITS,
        before_redirect: Callable[[WebAddress], None] | None = None,
    ) -> None:
        self._connections = connections or Connections()
        self._limits = limits
        self._before_redirect = before_redirect

    def fetch(self, address: str) -> bytes:
        """The picture's bytes; see ``ImageFetcher`` for the errors."""
        return self.ask(address).content or b""

    def ask(self, address: str, known: Validators = NO_VALIDATORS) -> Fetched:
        """The picture, unless its server says that it is still the version that is known."""
        deadline = Deadline(self._limits.total_seconds)
        here = parse(address)
        for _ in range(self._limits.max_redirects + 1):
            answer = self._visit(here, deadline, known)
            if isinstance(answer, Fetched):
                return answer
            if self._before_redirect:
                self._before_redirect(answer)
            here = answer
        raise TooManyRedirectsError(
            f"The address redirects more than {self._limits.max_redirects} times. Give the "
            "address at which the picture itself lies."
        )

    def _visit(
        self, here: WebAddress, deadline: Deadline, known: Validators
    ) -> Fetched | WebAddress:
        """Make one request; return the picture, or the address of a redirect."""
        with _told_to_the_caller(here), closing(self._connections.open(here, deadline)) as sock:
            response = request(sock, here, deadline, self._limits.max_bytes, known)
            with closing(response):
                location = response.getheader("Location")
                if response.status in _REDIRECTS and location:
                    return follow(here, location)
                if response.status == _NOT_MODIFIED and known != NO_VALIDATORS:
                    return Fetched(None, known)
                _refuse_failure(response, here)
                content = read_body(response, self._limits.max_bytes)
                return Fetched(content, Validators.of(response))


@contextmanager
def _told_to_the_caller(here: WebAddress) -> Iterator[None]:
    """Turn failures of the connection into a sentence that reveals nothing internal."""
    try:
        yield
    except tuple(kind for kind, _ in _FAILURES) as error:
        what = next(what for kind, what in _FAILURES if isinstance(error, kind))
        raise HostUnansweredError(
            f"The host {here.label} {what}. Try again later, or upload the picture itself."
        ) from error


def _refuse_failure(response: HTTPResponse, here: WebAddress) -> None:
    """Raise unless the server sends the picture."""
    status = response.status
    if status in _GONE:
        raise ImageNotFoundError(
            f"The host {here.label} has no picture there (status {status}). Check the address."
        )
    if status in _REFUSED and status not in _COME_BACK:
        raise ImageForbiddenError(
            f"The host {here.label} does not hand out the picture (status {status}). Make it "
            "readable without signing in, or upload it."
        )
    if status not in _HANDED_OUT:
        raise ImageUnreachableError(
            f"The host {here.label} answers with status {status}. Try again later."
        )
