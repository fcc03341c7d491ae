"""An ASGI application with small limits, and requests to it as a server would hand them over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, MutableMapping
from typing import Any

from lookalike.local.http_server.asgi import AsgiApplication, RequestLimits
from lookalike.local.http_server.body_reader import BodyLimits
from lookalike.local.http_server.concurrent_resolver import build_resolver
from tests.service import Answer, Parts

BODY_LIMIT = 100
LIMITS = RequestLimits(threads=2, body=BodyLimits(BODY_LIMIT))


def application_of(
    parts: Parts, limits: RequestLimits = LIMITS, *, is_overloaded: bool = False
) -> AsgiApplication:
    """An application with small limits."""
    return AsgiApplication(
        build_resolver(parts.routers(), "0.1.0"),
        limits=limits,
        expected_wait=lambda _client, _ahead: 60.0 if is_overloaded else 0.0,
    )


async def ask(  # noqa: PLR0913 - the parts of a request
    application: AsgiApplication,
    method: str,
    target: str,
    chunks: Iterable[bytes] = (),
    *,
    headers: Iterable[tuple[bytes, bytes]] = (),
    received: list[int] | None = None,
    gone: asyncio.Event | None = None,
    client: str = "127.0.0.1",
) -> Answer:
    """The answer to one request; the client leaves when ``gone`` is set."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": list(headers),
        "client": (client, 1),
    }
    messages = iter(_body(chunks))
    leaves = gone or asyncio.Event()
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        if received is not None:
            received.append(1)
        for message in messages:
            return message
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    if not sent:
        return Answer(0, {}, b"")
    sent_headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], sent_headers, sent[1]["body"])


def _body(chunks: Iterable[bytes]) -> list[MutableMapping[str, Any]]:
    messages: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks
    ]
    return [*messages, {"type": "http.request", "body": b"", "more_body": False}]
