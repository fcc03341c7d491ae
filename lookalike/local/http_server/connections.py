"""Connections of the server: how many there may be, and how long a client may keep one waiting.

uvicorn has a time-out for connections between two requests alone. Here the head of a request has
to arrive in time, too, and the number of connections stays below that of the files that the process
may open: beyond it, asyncio's server fails thousands of times a second, and logs each failure. No
client has more than half of them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol

from lookalike.local.overload.client import client_of

MAX_CONNECTIONS = 1000
BACKLOG = 128
"""Connections that are accepted at once, before the first of them is counted."""
HEAD_SECONDS = 10.0


def most_connections(files: int) -> int:
    """The connections that leave half of the files that a process may open to all else."""
    return min(MAX_CONNECTIONS, files // 2)


class Connections:
    """The open connections.

    Beyond the limit, one of the client ends that leaves most of them idle: the one that has been
    idle for longest. So does one of a client that takes more than half of all. A proxy is one
    client here, whomever it asks for.

    Args:
        most: how many may be open.
        head_seconds: from the first byte of a request, or from connecting, until its head is there.
    """

    def __init__(self, most: int, head_seconds: float = HEAD_SECONDS) -> None:
        self.head_seconds = head_seconds
        self._most = most
        self._open = Counter[str]()
        self._waiting = dict[str, dict[BoundedConnection, None]]()

    def opened(self, connection: BoundedConnection) -> None:
        """Count a new connection, and end one if there are too many."""
        self._open[connection.peer] += 1
        self.wait_for(connection)
        if self._open[connection.peer] > self._most // 2:
            self._end_one(self._waiting[connection.peer])
        elif self._open.total() > self._most:
            self._end_one(max(self._waiting.values(), key=len))

    def _end_one(self, waiting: dict[BoundedConnection, None]) -> None:
        longest = next(iter(waiting))
        self.answer(longest)
        longest.abort()

    def lost(self, connection: BoundedConnection) -> None:
        """Count a connection no more."""
        self.answer(connection)
        self._open[connection.peer] -= 1
        if not self._open[connection.peer]:
            del self._open[connection.peer]
            self._waiting.pop(connection.peer, None)

    def wait_for(self, connection: BoundedConnection) -> None:
        """Note that the service waits for this client; from now on, unless it did before."""
        self._waiting.setdefault(connection.peer, {}).setdefault(connection)

    def answer(self, connection: BoundedConnection) -> None:
        """Note that this client waits for the service."""
        self._waiting.get(connection.peer, {}).pop(connection, None)


class BoundedConnection(H11Protocol):
    """A connection that ends when its client is too slow, or is needed for another client.

    Args:
        connections: all of them.
        arguments: those of uvicorn.
    """

    def __init__(self, connections: Connections, **arguments: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(**arguments)
        self._all = connections
        self.peer = ""
        self._head_timer: asyncio.TimerHandle | None = None

    def abort(self) -> None:
        """End now, whatever has not been sent yet."""
        self.transport.abort()

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.peer = client_of(self.client[0] if self.client else "")
        self._expect_head()
        self._all.opened(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_no_head()
        self._all.lost(self)
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if not self._is_under_way():
            self._expect_head()
        super().data_received(data)
        if self._is_under_way():
            self._expect_no_head()
        self._note()

    @override
    def on_response_complete(self) -> None:
        self._all.answer(self)
        super().on_response_complete()
        self._note()
        if not self._is_under_way() and self.conn.trailing_data[0]:
            self._expect_head()  # a part of the next one has arrived already
        if self.transport.is_closing() and self.transport.get_write_buffer_size():
            # It closes when the client has read everything, or then.
            self.loop.call_later(self.timeout_keep_alive, self.abort)

    @override
    def timeout_keep_alive_handler(self) -> None:
        if self.transport.get_write_buffer_size():
            self.abort()  # the client does not read its last answer
        else:
            super().timeout_keep_alive_handler()

    def _is_under_way(self) -> bool:
        return not getattr(self.cycle, "response_complete", True)  # there is none at first

    def _note(self) -> None:
        """Tell who waits for whom: the service waits for bodies, and between two requests."""
        if self._is_under_way() and not self.cycle.more_body:
            self._all.answer(self)
        elif self in self.connections:
            self._all.wait_for(self)

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self._all.head_seconds, self.abort)

    def _expect_no_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
