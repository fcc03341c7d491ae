"""The ASGI application reads with limits and answers everything."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterable, MutableMapping
from typing import Any

import pytest

from lookalike.images.preparation import PreparedPicture
from lookalike.local.http_server.asgi import AsgiApplication
from lookalike.local.http_server.body_reader import BodyLimits
from lookalike.local.http_server.concurrent_resolver import build_resolver
from lookalike.matching.check import Match
from tests.fakes import a_picture_file
from tests.service import KNOWN, Answer, Parts

_LIMIT = 100
_LIMITS = BodyLimits(_LIMIT)


def _application(
    parts: Parts, body_limits: BodyLimits = _LIMITS, *, threads: int = 2, waiting: int = 2
) -> AsgiApplication:
    return AsgiApplication(
        build_resolver(parts.routers(), "0.1.0"),
        threads=threads,
        waiting=waiting,
        body_limits=body_limits,
    )


async def _ask(  # noqa: PLR0913 - the parts of a request
    application: AsgiApplication,
    method: str,
    target: str,
    chunks: Iterable[bytes] = (),
    *,
    headers: Iterable[tuple[bytes, bytes]] = (),
    received: list[int] | None = None,
) -> Answer:
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": list(headers),
        "client": ("127.0.0.1", 1),
    }
    messages = iter([*_body(chunks), {"type": "http.disconnect"}])
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        if received is not None:
            received.append(1)
        return next(messages)

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


def test_a_body_in_pieces_is_put_together(parts: Parts) -> None:
    pieces = [bytes([byte]) for byte in a_picture_file(7)]
    headers = [(b"content-type", b"image/jpeg")]
    answer = asyncio.run(
        _ask(_application(parts), "POST", "/find_similar", pieces, headers=headers)
    )
    assert (answer.status, answer.json["query"]["width"]) == (200, 7)


def test_every_answer_has_a_request_id_of_its_own(parts: Parts) -> None:
    application = _application(parts)
    ids = {asyncio.run(_ask(application, "GET", "/nope")).json["request_id"] for _ in range(3)}
    assert len(ids) == 3


def test_the_request_id_of_a_problem_is_in_the_headers(parts: Parts) -> None:
    answer = asyncio.run(_ask(_application(parts), "GET", "/nope"))
    assert answer.headers["x-request-id"] == answer.json["request_id"]


@pytest.mark.parametrize(("size", "status"), [(_LIMIT, 415), (_LIMIT + 1, 413)])
def test_a_body_above_the_limit_is_refused(parts: Parts, size: int, status: int) -> None:
    chunks = [b"x" * 10] * (size // 10) + [b"x" * (size % 10)]
    answer = asyncio.run(_ask(_application(parts), "POST", "/find_similar", chunks))
    assert answer.status == status


def test_an_endless_body_is_not_read_to_its_end(parts: Parts) -> None:
    received: list[int] = []
    chunks = [b"x" * _LIMIT] * 1000
    asked = _ask(_application(parts), "POST", "/imports", chunks, received=received)
    answer = asyncio.run(asked)
    assert (answer.status, answer.json["code"]) == (413, "body_too_large")
    assert answer.headers["connection"] == "close"
    assert len(received) == 5


def test_a_body_that_is_declared_far_too_large_is_not_read_at_all(parts: Parts) -> None:
    received: list[int] = []
    headers = [(b"content-length", b"1000000")]
    asked = _ask(_application(parts), "POST", "/imports", headers=headers, received=received)
    assert asyncio.run(asked).status == 413
    assert received == []


def test_a_client_that_goes_away_while_it_sends_is_let_go(parts: Parts) -> None:
    application = _application(parts)

    async def gone() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    async def send(_message: MutableMapping[str, Any]) -> None:
        pytest.fail("there is nobody to answer")

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(application(scope, gone, send))


def test_more_requests_than_can_wait_are_told_to_come_back(parts: Parts) -> None:
    inside, leave = threading.Event(), threading.Event()

    def find(_picture: PreparedPicture) -> tuple[Match, ...]:
        inside.set()
        assert leave.wait(60)
        return ()

    parts.matcher.find = find
    application = _application(parts, threads=1, waiting=1)

    async def four() -> list[Answer]:
        target = f"/find_similar?image_url={KNOWN}"
        running = asyncio.create_task(_ask(application, "GET", target))
        await asyncio.to_thread(inside.wait, 60)
        waiting = asyncio.create_task(_ask(application, "GET", "/status"))
        await asyncio.sleep(0)
        refused = await _ask(application, "GET", "/status")
        health = await _ask(application, "GET", "/health")
        leave.set()
        return [await running, await waiting, refused, health]

    running, waiting, refused, health = asyncio.run(four())
    assert (running.status, waiting.status, refused.status) == (200, 200, 429)
    assert refused.headers["retry-after"] == "1"
    assert health.status == 200


def test_clients_whose_bodies_do_not_arrive_keep_nobody_out(parts: Parts) -> None:
    application = _application(parts, BodyLimits(_LIMIT, seconds=0.2), threads=1, waiting=0)
    statuses: list[int] = []

    async def silence() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
            assert (b"connection", b"close") in message["headers"]

    async def all_of_them() -> Answer:
        scope = {"type": "http", "method": "POST", "path": "/imports", "query_string": b""}
        silent = [application({**scope, "headers": []}, silence, send) for _ in range(5)]
        tasks = [asyncio.create_task(each) for each in silent]
        await asyncio.sleep(0)
        answer = await _ask(application, "GET", f"/find_similar?image_url={KNOWN}")
        await asyncio.gather(*tasks)
        return answer

    assert asyncio.run(all_of_them()).status == 200
    assert statuses == [408] * 5


def test_whoever_is_cancelled_is_told_that_the_service_stops(parts: Parts) -> None:
    inside, leave = threading.Event(), threading.Event()

    def find(_picture: PreparedPicture) -> tuple[Match, ...]:
        inside.set()
        assert leave.wait(60)
        return ()

    parts.matcher.find = find
    application = _application(parts)

    async def cancelled() -> Answer:
        asked = _ask(application, "GET", f"/find_similar?image_url={KNOWN}")
        task = asyncio.create_task(asked)
        await asyncio.to_thread(inside.wait, 60)
        task.cancel()
        answer = await task
        leave.set()
        return answer

    answer = asyncio.run(cancelled())
    assert (answer.status, answer.json["code"]) == (503, "stopping")


def test_a_page_of_another_site_changes_nothing(parts: Parts) -> None:
    received: list[int] = []
    headers = [(b"host", b"localhost:8080"), (b"origin", b"https://evil.example")]
    application = _application(parts)
    asked = _ask(application, "POST", "/imports", headers=headers, received=received)
    answer = asyncio.run(asked)
    assert (answer.status, answer.json["code"], received) == (403, "cross_site", [])


def test_a_name_that_somebody_pointed_here_is_refused(parts: Parts) -> None:
    application = _application(parts)
    application.bind("127.0.0.1")
    evil, own = [(b"host", b"evil.example:8080")], [(b"host", b"127.0.0.1:8080")]
    assert asyncio.run(_ask(application, "GET", "/status", headers=evil)).status == 403
    assert asyncio.run(_ask(application, "GET", "/status", headers=own)).status == 200


def test_head_is_answered_like_get_without_the_content(parts: Parts) -> None:
    application = _application(parts)
    get = asyncio.run(_ask(application, "GET", "/health"))
    head = asyncio.run(_ask(application, "HEAD", "/health"))
    assert (head.status, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))


def test_a_query_that_is_not_utf8_is_a_problem(parts: Parts) -> None:
    answer = asyncio.run(_ask(_application(parts), "GET", "/find_similar?image_url=%FF"))
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")


def test_the_access_log_has_one_line_without_the_query(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    """Addresses of pictures may carry signatures that nobody should find in a log."""
    with caplog.at_level(logging.INFO, "lookalike.access"):
        asyncio.run(_ask(_application(parts), "GET", f"/find_similar?image_url={KNOWN}"))
    [record] = caplog.records
    assert record.getMessage().startswith("127.0.0.1 GET /find_similar 200 ")
    assert KNOWN not in record.getMessage()


def test_deleting_answers_without_content(parts: Parts) -> None:
    application = _application(parts)
    body = json.dumps({"image_url": KNOWN}).encode()
    asyncio.run(_ask(application, "PUT", "/products/1", [body]))
    answer = asyncio.run(_ask(application, "DELETE", "/products/1"))
    assert (answer.status, answer.content) == (204, b"")
    assert "content-length" not in answer.headers


def test_what_is_neither_http_nor_lifespan_is_left_alone(parts: Parts) -> None:
    async def nothing() -> MutableMapping[str, Any]:
        return {}

    async def send(_message: MutableMapping[str, Any]) -> None:
        pytest.fail("there is nothing to say")

    asyncio.run(_application(parts)({"type": "websocket"}, nothing, send))
