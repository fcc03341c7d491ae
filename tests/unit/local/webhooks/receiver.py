"""A receiver of webhooks on loopback that behaves as badly as a test wants, and what it has got."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook as Standard

from tests.servers import Exchange, PictureServer, Route, answer

SECONDS = 0.3
"""After which an attempt has failed in the tests."""


@dataclass
class Receiver:
    """What was received at ``/hook``.

    Attributes:
        server: that it runs on.
        behaviours: of the first requests, one after the other; then all are taken.
        taken: bodies that were answered well, with the headers of their requests.
    """

    server: PictureServer
    behaviours: list[Route] = field(default_factory=list)
    taken: list[tuple[dict[str, Any], dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it receives."""
        return self.server.url("/hook")

    @property
    def subjects(self) -> list[tuple[str, int]]:
        """Product and number of the events that were taken, each the first time, in order."""
        pairs = [(each["data"]["entity_id"], each["data"]["number"]) for each, _ in self.taken]
        return list(dict.fromkeys(pairs))

    def verify(self, secret: str) -> None:
        """Check the signature of all that was taken with the library of the standard."""
        for body, headers in self.taken:
            text = json.dumps(body, ensure_ascii=False)
            assert Standard(secret).verify(text, headers) == body

    def take(self, exchange: Exchange) -> None:
        """Answer one request."""
        if self.behaviours:
            self.behaviours.pop(0)(exchange)
            return
        request = self.server.requests[-1]
        for request in reversed(self.server.requests):
            if request.headers["webhook-id"] == exchange.headers["webhook-id"]:
                break
        self.taken.append(
            (json.loads(request.body), dict(request.headers))
        )  # before the next comes
        answer(status=204)(exchange)


@contextmanager
def receiving(behaviours: Iterable[Route] = ()) -> Iterator[Receiver]:
    """A receiver as long as the block lasts."""
    with PictureServer() as server:
        receiver = Receiver(server, list(behaviours))
        server.route("/hook", receiver.take)
        yield receiver


def wait_until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return when something is so; it should take much less than this."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it has not become so"
        time.sleep(0.01)
