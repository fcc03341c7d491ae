"""An internet for tests, which begins and ends on loopback."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.web import WebFetcher
from tests.servers import PictureServer

PICTURE = b"\xff\xd8\xff picture"
PUBLIC = "93.184.215.14"


class LoopbackInternet:
    """An internet of one server: every address that is connected to is that server.

    Args:
        server: where connections end up.
        answers: what a host name resolves to, look-up by look-up; the last answer stays.
        silent: addresses that refuse connections.
    """

    def __init__(
        self,
        server: PictureServer,
        answers: Sequence[Sequence[str]] = ((PUBLIC,),),
        silent: Sequence[str] = (),
    ) -> None:
        self._server = server
        self._answers = list(answers)
        self._silent = silent
        self.lookups: list[str] = []
        self.connections: list[tuple[str, int]] = []

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.lookups.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def connect(self, place: tuple[str, int], seconds: float) -> socket.socket:
        self.connections.append(place)
        if place[0] in self._silent:
            raise ConnectionRefusedError
        return socket.create_connection(("127.0.0.1", self._server.port), seconds)

    def fetcher(self) -> WebFetcher:
        return WebFetcher(Connections(resolve=self.resolve, connect=self.connect))
