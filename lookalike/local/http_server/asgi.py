"""The HTTP routes as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, replace
from typing import Any, cast

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from lookalike.errors import BodyTooLargeError
from lookalike.http.key_errors import KeyRefusedError, RoleMissingError
from lookalike.http.problems import (
    CrossSiteError,
    OverloadedError,
    RequestTimeoutError,
    StoppingError,
    TooManyRequestsError,
    problem_response,
)
from lookalike.http.resolver import route_name
from lookalike.local.http_server.access import OPEN, Access
from lookalike.local.http_server.body_reader import (
    DEFAULT_BODY_LIMITS,
    BodyLimits,
    BodyReader,
    DisconnectedError,
    Receive,
)
from lookalike.local.http_server.concurrent_resolver import ConcurrentRestResolver
from lookalike.local.http_server.cross_site import Hosts, refuse_cross_site
from lookalike.local.http_server.download_limit import MAX_DOWNLOADS
from lookalike.local.http_server.gateway_events import Headers, answer_of, encoded_path, event_of
from lookalike.local.http_server.request_note import RequestNote
from lookalike.local.http_server.request_threads import RequestThreads
from lookalike.local.overload.caller import Caller
from lookalike.local.overload.client import client_of
from lookalike.local.overload.permits import MAX_WAIT

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Answer = tuple[int, Headers, bytes]

THREADS = 2 * MAX_DOWNLOADS
"""Requests that are resolved at once; downloads never hold more than half of these threads."""
COMPUTING = ("/find_similar", "/compare", "/search")
"""Beginnings of paths whose requests are refused before anything is done for them where the service
is overloaded."""
_UNREAD = (
    BodyTooLargeError,
    CrossSiteError,
    KeyRefusedError,
    RequestTimeoutError,
    RoleMissingError,
    StoppingError,
    TooManyRequestsError,
)
"""Errors after which the connection is closed, because the body may not have been read."""

WATCHING = ("/health", "/metrics")
"""Paths that are answered under any load, each by a thread of its own."""


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The limits of requests.

    Attributes:
        threads: requests that are resolved at once. Most of them wait for downloads.
        max_wait: seconds that a request may wait for a thread.
        seconds: until a request is given up that has a thread. Gateways wait as long.
        body: what request bodies may cost.
    """

    threads: int = THREADS
    max_wait: float = MAX_WAIT
    seconds: float = 60.0
    body: BodyLimits = DEFAULT_BODY_LIMITS


DEFAULT_LIMITS = RequestLimits()


class AsgiApplication:
    """Serves a resolver through ASGI, with one thread for each request that is being resolved.

    ``WATCHING`` are answered under any load.

    Args:
        resolver: has all routes and is prepared.
        limits: of requests.
        allowed_hosts: names that the service is known by, beside its addresses and localhost.
        expected_wait: seconds that a further picture of this client would wait, with so many other
            requests ahead of it.
        on_stop: called when no further requests are taken, before running ones are waited for.
        access: says who may ask for what.
        on_end: called with each request that has ended.
    """

    def __init__(  # noqa: PLR0913 - keywords, each with a default
        self,
        resolver: ConcurrentRestResolver,
        *,
        limits: RequestLimits = DEFAULT_LIMITS,
        allowed_hosts: Iterable[str] = (),
        expected_wait: Callable[[str, int], float] = lambda _client, _ahead: 0.0,
        on_stop: Callable[[], None] = lambda: None,
        access: Access = OPEN,
        on_end: Callable[[RequestNote], None] = lambda _note: None,
    ) -> None:
        waits = {"max_wait": limits.max_wait, "seconds": limits.seconds}
        self._threads = RequestThreads(resolver, "request", threads=limits.threads, **waits)
        self._watching = {
            path: RequestThreads(resolver, path[1:], threads=1, **waits) for path in WATCHING
        }
        self._resolver, self._access, self._on_end = resolver, access, on_end
        self._expected_wait, self._max_wait = expected_wait, limits.max_wait
        self._bodies = BodyReader(limits.body)
        self._on_stop = on_stop
        self._proxied = _believing(self._http, ())
        self._hosts = Hosts(names=frozenset(name.lower() for name in allowed_hosts))

    def bind(self, host: str) -> None:
        """Remember the address that the server listens on, for ``refuse_cross_site``."""
        self._hosts = replace(self._hosts, bound=host)

    def trust(self, proxies: Iterable[str]) -> None:
        """Believe what these proxies say about who the client is (``X-Forwarded-For``).

        Args:
            proxies: addresses and networks.
        """
        self._proxied = _believing(self._http, proxies)

    def stop(self) -> None:
        """Begin nothing that takes long, because running requests are about to be waited for."""
        self._on_stop()

    def close(self) -> None:
        """Drop requests that wait for a thread, and return when no thread uses the storage."""
        self.stop()
        for threads in self._all_threads:
            threads.shutdown(wait=True)

    @property
    def waiting(self) -> int:
        """Requests that wait for a thread."""
        return self._threads.waiting

    @property
    def _all_threads(self) -> list[RequestThreads]:
        return [self._threads, *self._watching.values()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event, as ASGI defines it."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._proxied(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = (await receive())["type"].removeprefix("lifespan.")
            if event == "shutdown":
                for threads in self._all_threads:
                    threads.shutdown(wait=False)
            await send({"type": f"lifespan.{event}.complete"})
            if event == "shutdown":
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = route_name(self._resolver, scope["method"], encoded_path(scope))
        note = RequestNote.of(scope, _host(scope), route)
        try:
            answer = await self._answer(scope, receive, note)
            await _send(send, scope["method"], answer, note.request_id)
            note.end(answer[0], len(answer[2]))
        except (DisconnectedError, asyncio.CancelledError):
            note.end()
        self._on_end(note)

    async def _answer(self, scope: Scope, receive: Receive, note: RequestNote) -> Answer:
        request_id = note.request_id
        try:
            refuse_cross_site(scope, self._hosts)
            note.key_id = self._access.admit(note.route, scope["headers"])
            client = client_of(_host(scope))
            with self._bodies.reservation(client) as reservation:
                # The body itself is let go as soon as the event has it in base64.
                body = await self._bodies.read(scope, receive, reservation)
                caller = self._admitted(scope, client)
                event = event_of(scope, body, request_id)
                del body
                threads = self._watching.get(scope["path"].rstrip("/"), self._threads)
                return answer_of(await threads.resolve(event, receive, caller))
        except DisconnectedError:
            raise
        except asyncio.CancelledError:  # by the server, which does not wait any longer
            return _problem(StoppingError("The service is being stopped."), request_id)
        except Exception as error:  # noqa: BLE001 - whatever happens, the caller gets a problem
            return _problem(error, request_id)

    def _admitted(self, scope: Scope, client: str) -> Caller:
        """The caller of a request whose body was read, unless nothing will be done for it."""
        wait = self._expected_wait(client, self._threads.waiting_before(client))
        if scope["path"].startswith(COMPUTING) and wait >= self._max_wait:
            raise OverloadedError
        return Caller(client, wait)


def _believing(application: Application, proxies: Iterable[str]) -> Application:
    """The application behind these proxies: with the client that they name."""
    return cast("Application", ProxyHeadersMiddleware(cast("Any", application), list(proxies)))


def _host(scope: Scope) -> str:
    """The address of the client."""
    return str((scope.get("client") or ("-",))[0])


def _problem(error: Exception, request_id: str) -> Answer:
    response = problem_response(error, request_id)
    headers = [
        (name.lower().encode(), str(value).encode()) for name, value in response.headers.items()
    ]
    if isinstance(error, _UNREAD):
        # The body may be unread, and nobody is going to read it.
        headers.append((b"connection", b"close"))
    return response.status_code, headers, (response.body or "").encode()


async def _send(send: Send, method: str, answer: Answer, request_id: str) -> None:
    status, headers, content = answer
    headers = [
        *headers,
        (b"content-length", str(len(content)).encode()),
        (b"x-request-id", request_id.encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    if status == 204:  # noqa: PLR2004 - RFC 9110: no content, and no length of it
        headers.remove((b"content-length", b"0"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else content})
