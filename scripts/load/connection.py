"""A client's connection to a service on loopback, as cheap as Python can have it.

Load generators share the machine with what they measure: ``requests`` would take a tenth of a check
for each answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """An answer of the service.

    Attributes:
        status: of HTTP.
        headers: by name in lower case.
        body: as it was sent.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after(self) -> float:
        """Seconds that the service asks to wait before the next try; 0 where it does not."""
        return float(self.headers.get("retry-after", 0))


def http_request(method: str, target: str, body: bytes = b"", kind: str = "") -> bytes:
    """A request as it is sent.

    Args:
        method: of HTTP.
        target: path and query.
        body: what is sent along.
        kind: the Content-Type of the body.
    """
    head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    head += f"Content-Type: {kind}\r\n" if kind else ""
    return f"{head}\r\n".encode() + body


class Connection:
    """A connection that is opened when it is needed, and kept until ``drop`` or the end.

    Args:
        url: of the service; its host is an address of this machine.
        address: that the client has, in 127.0.0.0/8.
    """

    def __init__(self, url: str, address: str = "127.0.0.1") -> None:
        place = urlsplit(url)
        self._host, self._port = place.hostname or "", place.port or 80
        if not (ip_address(self._host).is_loopback and ip_address(address).is_loopback):
            raise ValueError(f"Load is for loopback alone, not for {url} from {address}.")
        self._address = address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        """The connection itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave."""
        self.drop()
        await asyncio.sleep(0)  # until the system has closed it

    def drop(self) -> None:
        """Leave, whatever is under way."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def send(self, data: bytes) -> None:
        """Send some bytes, and wait for no answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(
                self._host, self._port, local_addr=(self._address, 0)
            )
        self._streams[1].write(data)
        await self._streams[1].drain()

    async def ask(self, request: bytes, timeout: float | None = None) -> Answer:  # noqa: ASYNC109 - a client's
        """The answer to a request.

        Args:
            request: as ``http_request`` gives it.
            timeout: seconds until the client leaves; ``None``: it waits for as long as it takes.

        Raises:
            TimeoutError: no answer came in time.
            OSError: the service ended the connection.
        """
        try:
            async with asyncio.timeout(timeout):
                await self.send(request)
                answer = await self._answer()
        except BaseException:
            self.drop()
            raise
        if answer.headers.get("connection") == "close":
            self.drop()
        return answer

    async def ended(self) -> None:
        """Return when the service has ended the connection; what it still sent is dropped."""
        if self._streams is not None:
            await self._streams[0].read()

    async def _answer(self) -> Answer:
        assert self._streams is not None  # noqa: S101 - for type checkers
        reader, _ = self._streams
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
            pairs = (line.partition(":") for line in head[1:-1])
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        except asyncio.IncompleteReadError as error:
            raise ConnectionResetError("The service has ended the connection.") from error
        return Answer(int(head[0].split()[1]), headers, body)
