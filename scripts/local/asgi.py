"""The HTTP routes as an ASGI application."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.errors import BodyTooLargeError
from lambdas.shared.http.problems import TooManyRequestsError, problem_response
from scripts.local.events import Headers, answer_of, encoded_path, event_of
from scripts.local.resolver import ConcurrentRestResolver

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Answer = tuple[int, Headers, bytes]

MEGABYTE = 1_000_000
DRAINED = 4
"""How many times the limit of a body is read (and dropped) before the connection is cut: most
clients look for an answer only when they have sent everything."""

access_log = logging.getLogger("lookalike.access")


class _DisconnectedError(Exception):
    """The client has gone."""


class AsgiApplication:
    """Serves a resolver through ASGI: one thread per request that is being resolved.

    Args:
        resolver: has all routes and is prepared.
        threads: requests that are resolved at once. Most of them wait for downloads.
        waiting: requests that may wait for a thread; beyond that the answer is 429.
        body_limit: bytes of a request body; beyond that the answer is 413.
    """

    def __init__(
        self,
        resolver: ConcurrentRestResolver,
        *,
        threads: int = 128,
        waiting: int = 128,
        body_limit: int = 25 * MEGABYTE,
    ) -> None:
        self._resolver = resolver
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._most_under_way = threads + waiting
        self._under_way = 0
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event, as ASGI defines it."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = (await receive())["type"].removeprefix("lifespan.")
            if event == "shutdown":
                self._executor.shutdown(wait=False, cancel_futures=True)
            await send({"type": f"lifespan.{event}.complete"})
            if event == "shutdown":
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, request_id = time.perf_counter(), uuid.uuid4().hex
        self._under_way += 1
        try:
            answer = await self._answer(scope, receive, request_id)
            await _send(send, scope["method"], answer, request_id)
            _note(scope, answer, time.perf_counter() - started, request_id)
        except _DisconnectedError:
            access_log.info("%s gone %s", _request_line(scope), request_id)
        finally:
            self._under_way -= 1

    async def _answer(self, scope: Scope, receive: Receive, request_id: str) -> Answer:
        try:
            self._refuse_overload()
            body = await _read_body(scope, receive, self._body_limit)
            event = event_of(scope, body, request_id)
            return await self._resolve(event)
        except _DisconnectedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever happens, the caller gets a problem
            return _problem(error, request_id)

    def _refuse_overload(self) -> None:
        if self._under_way > self._most_under_way:
            raise TooManyRequestsError("Too many requests are under way. Come back later.")

    async def _resolve(self, event: dict[str, Any]) -> Answer:
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(
            self._executor, self._resolver.resolve, event, LambdaContext()
        )
        return answer_of(response)


async def _read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The body of a request.

    Raises:
        BodyTooLargeError: it is larger than the limit. Up to ``DRAINED`` times the limit was read.
        _DisconnectedError: the client went away meanwhile.
    """
    too_large = BodyTooLargeError(f"The request body is larger than {limit / MEGABYTE:g} MB.")
    if _declared_length(scope) > DRAINED * limit:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    async for chunk in _chunks(receive):
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        elif size > DRAINED * limit:
            break
    if size > limit:
        raise too_large
    return b"".join(chunks)


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _DisconnectedError
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _declared_length(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0


def _problem(error: Exception, request_id: str) -> Answer:
    response = problem_response(error, request_id)
    headers = [
        (name.lower().encode(), str(value).encode()) for name, value in response.headers.items()
    ]
    if isinstance(error, BodyTooLargeError | TooManyRequestsError):
        # The rest of the body has not been read and never will be.
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


def _note(scope: Scope, answer: Answer, seconds: float, request_id: str) -> None:
    status, _, content = answer
    line = _request_line(scope)
    access_log.info("%s %s %d B %.1f ms %s", line, status, len(content), 1000 * seconds, request_id)


def _request_line(scope: Scope) -> str:
    """Client, method and path, without the query: addresses of pictures may carry signatures."""
    client = (scope.get("client") or ("-",))[0]
    return f"{client} {scope['method']} {encoded_path(scope)}"
