"""The ASGI application reads with limits and answers everything."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import MutableMapping
from typing import Any

import pytest

from lookalike.local.http_server.asgi import AsgiApplication, RequestLimits
from lookalike.local.http_server.body_reader import BodyLimits
from lookalike.local.http_server.concurrent_resolver import build_resolver
from tests.fakes import a_picture_file
from tests.service import KNOWN, Answer, Parts
from tests.unit.local.http_server.asking import BODY_LIMIT, LIMITS, application_of, ask


def test_a_body_in_pieces_is_put_together(parts: Parts) -> None:
    pieces = [bytes([byte]) for byte in a_picture_file(7)]
    headers = [(b"content-type", b"image/jpeg")]
    answer = asyncio.run(
        ask(application_of(parts), "POST", "/find_similar", pieces, headers=headers)
    )
    assert (answer.status, answer.json["query"]["width"]) == (200, 7)


def test_every_answer_has_a_request_id_of_its_own(parts: Parts) -> None:
    application = application_of(parts)
    ids = {asyncio.run(ask(application, "GET", "/nope")).json["request_id"] for _ in range(3)}
    assert len(ids) == 3


def test_the_request_id_of_a_problem_is_in_the_headers(parts: Parts) -> None:
    answer = asyncio.run(ask(application_of(parts), "GET", "/nope"))
    assert answer.headers["x-request-id"] == answer.json["request_id"]


@pytest.mark.parametrize(("size", "status"), [(BODY_LIMIT, 415), (BODY_LIMIT + 1, 413)])
def test_a_body_above_the_limit_is_refused(parts: Parts, size: int, status: int) -> None:
    chunks = [b"x" * 10] * (size // 10) + [b"x" * (size % 10)]
    answer = asyncio.run(ask(application_of(parts), "POST", "/find_similar", chunks))
    assert answer.status == status


def test_an_endless_body_is_not_read_to_its_end(parts: Parts) -> None:
    received: list[int] = []
    chunks = [b"x" * BODY_LIMIT] * 1000
    asked = ask(application_of(parts), "POST", "/imports", chunks, received=received)
    answer = asyncio.run(asked)
    assert (answer.status, answer.json["code"]) == (413, "body_too_large")
    assert answer.headers["connection"] == "close"
    assert len(received) == 5


def test_a_body_that_is_declared_far_too_large_is_not_read_at_all(parts: Parts) -> None:
    received: list[int] = []
    headers = [(b"content-length", b"1000000")]
    asked = ask(application_of(parts), "POST", "/imports", headers=headers, received=received)
    assert asyncio.run(asked).status == 413
    assert received == []


def test_a_client_that_goes_away_while_it_sends_is_let_go(parts: Parts) -> None:
    application = application_of(parts)

    async def gone() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    async def send(_message: MutableMapping[str, Any]) -> None:
        pytest.fail("there is nobody to answer")

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(application(scope, gone, send))


def test_clients_whose_bodies_do_not_arrive_keep_nobody_out(parts: Parts) -> None:
    application = application_of(
        parts, RequestLimits(threads=1, body=BodyLimits(BODY_LIMIT, seconds=0.2))
    )
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
        answer = await ask(application, "GET", f"/find_similar?image_url={KNOWN}")
        await asyncio.gather(*tasks)
        return answer

    assert asyncio.run(all_of_them()).status == 200
    assert statuses == [408] * 5


def test_a_page_of_another_site_changes_nothing(parts: Parts) -> None:
    received: list[int] = []
    headers = [(b"host", b"localhost:8080"), (b"origin", b"https://evil.example")]
    application = application_of(parts)
    asked = ask(application, "POST", "/imports", headers=headers, received=received)
    answer = asyncio.run(asked)
    assert (answer.status, answer.json["code"], received) == (403, "cross_site", [])


def test_a_name_that_somebody_pointed_here_is_refused(parts: Parts) -> None:
    application = application_of(parts)
    application.bind("127.0.0.1")
    evil, own = [(b"host", b"evil.example:8080")], [(b"host", b"127.0.0.1:8080")]
    assert asyncio.run(ask(application, "GET", "/status", headers=evil)).status == 403
    assert asyncio.run(ask(application, "GET", "/status", headers=own)).status == 200


def test_head_is_answered_like_get_without_the_content(parts: Parts) -> None:
    application = application_of(parts)
    get = asyncio.run(ask(application, "GET", "/health"))
    head = asyncio.run(ask(application, "HEAD", "/health"))
    assert (head.status, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(get.content))


def test_a_query_that_is_not_utf8_is_a_problem(parts: Parts) -> None:
    answer = asyncio.run(ask(application_of(parts), "GET", "/find_similar?image_url=%FF"))
    assert (answer.status, answer.json["code"]) == (400, "bad_parameter")


def test_the_access_log_has_one_line_without_the_query(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    """Addresses of pictures may carry signatures that nobody should find in a log."""
    with caplog.at_level(logging.INFO, "lookalike.access"):
        asyncio.run(ask(application_of(parts), "GET", f"/find_similar?image_url={KNOWN}"))
    [record] = caplog.records
    assert record.getMessage().startswith("127.0.0.1 GET /find_similar 200 ")
    assert KNOWN not in record.getMessage()


@pytest.mark.parametrize(
    ("trusted", "peer", "client"),
    [
        ((), "127.0.0.1", "127.0.0.1"),
        (("127.0.0.2",), "127.0.0.1", "127.0.0.1"),
        (("127.0.0.1",), "127.0.0.1", "203.0.113.9"),
        (("10.0.0.0/8", "127.0.0.1"), "10.1.2.3", "203.0.113.9"),
        ((), "2001:db8::1:2", "2001:db8::/64"),
    ],
)
def test_only_trusted_proxies_say_who_the_client_is(
    parts: Parts, trusted: tuple[str, ...], peer: str, client: str
) -> None:
    """Whoever else sends the header would choose whose share it takes."""
    asking: list[str] = []

    def expected_wait(client: str, _ahead: int) -> float:
        asking.append(client)
        return 0.0

    application = AsgiApplication(
        build_resolver(parts.routers(), "0.1.0"), limits=LIMITS, expected_wait=expected_wait
    )
    application.trust(trusted)
    headers = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.9")]
    target = f"/find_similar?image_url={KNOWN}"
    asked = ask(application, "GET", target, headers=headers, client=peer)
    assert asyncio.run(asked).status == 200
    assert asking == [client]


def test_deleting_answers_without_content(parts: Parts) -> None:
    application = application_of(parts)
    body = json.dumps({"image_url": KNOWN}).encode()
    asyncio.run(ask(application, "PUT", "/products/1", [body]))
    answer = asyncio.run(ask(application, "DELETE", "/products/1"))
    assert (answer.status, answer.content) == (204, b"")
    assert "content-length" not in answer.headers


def test_what_is_neither_http_nor_lifespan_is_left_alone(parts: Parts) -> None:
    async def nothing() -> MutableMapping[str, Any]:
        return {}

    async def send(_message: MutableMapping[str, Any]) -> None:
        pytest.fail("there is nothing to say")

    asyncio.run(application_of(parts)({"type": "websocket"}, nothing, send))
