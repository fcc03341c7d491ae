"""Runs an ASGI application until a signal or a caller stops it."""

from __future__ import annotations

import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import uvicorn

from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.connections import (
    BACKLOG,
    BoundedConnection,
    Connections,
    most_connections,
)
from lookalike.local.http_server.log_limit import limited_logs

GRACE = 10
"""Seconds that running requests have to finish after a stop; as long as one download may take, so
that none is under way at the end."""
KEEP_ALIVE = 65
"""Seconds that an idle connection is kept; longer than most clients and proxies keep theirs, so
that these are not surprised by a connection that closes just when they use it."""


class LocalServer(uvicorn.Server):
    """Serves one application.

    Args:
        application: what is served; it is told the host, and when the server stops.
        host: address to listen on.
        port: to listen on; 0 for any free one.
        on_ready: called with the URL as soon as requests are taken.
        connections: how many there may be; ``None``: as many as the system allows.
    """

    def __init__(
        self,
        application: AsgiApplication,
        host: str,
        port: int,
        on_ready: Callable[[str], None],
        connections: Connections | None = None,
    ) -> None:
        all_of_them = connections or Connections(most_connections(_files()))
        super().__init__(_config(application, host, port, all_of_them))
        application.bind(host)
        self._application = application
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets)
        if self.started and self.servers:
            self._on_ready(_url(self.servers[0].sockets[0]))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no further requests, and wait for the running ones as long as the grace lasts."""
        self._application.stop()
        await super().shutdown(sockets)

    def stop(self) -> None:
        """Take no further requests and let ``run`` return when the running ones are done."""
        self.should_exit = True


def serve(
    application: AsgiApplication,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Serve until SIGTERM or SIGINT; returns when running requests are done (10 s at most).

    Args:
        application: what is served.
        host: address to listen on.
        port: to listen on; 0 for any free one.
        on_ready: called with the URL as soon as requests are taken.
        should_stop: whether a signal came before; then nothing is served.

    Raises:
        SystemExit: the port is taken.
    """
    server = LocalServer(application, host, port, on_ready)
    with limited_logs(), _signals_only_stop(server):
        if not should_stop():
            server.run()


@contextmanager
def _signals_only_stop(server: LocalServer) -> Iterator[None]:
    """Let SIGTERM and SIGINT stop the server and nothing else, so that the caller can clean up.

    uvicorn handles them while it runs. A signal that comes just before stops the server as well,
    and so does the one that uvicorn raises once more when it has stopped.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {
        number: signal.signal(number, lambda _number, _frame: server.stop())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _config(
    application: AsgiApplication, host: str, port: int, connections: Connections
) -> uvicorn.Config:
    return uvicorn.Config(
        cast("Any", application),  # uvicorn's types of ASGI are private
        host=host,
        port=port,
        lifespan="on",
        log_config=None,  # the command line decides about logs
        access_log=False,  # the application writes its own, without query strings
        proxy_headers=False,  # the application knows whom to believe; uvicorn, all of loopback
        server_header=False,
        headers=[("server", "lookalike")],
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEEP_ALIVE,
        http=cast("Any", partial(BoundedConnection, connections)),
        backlog=BACKLOG,
        ws="none",
    )


def _files() -> int:
    """How many files this process may open; a million where the system does not say."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 10**6 if files == resource.RLIM_INFINITY else files


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return (
        f"http://[{host}]:{port}"
        if listening.family == socket.AF_INET6
        else f"http://{host}:{port}"
    )
