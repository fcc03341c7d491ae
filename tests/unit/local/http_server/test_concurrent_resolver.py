"""Requests that are resolved at the same time do not see each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lookalike.images.preparation import PreparedPicture
from lookalike.local.http_server.concurrent_resolver import ConcurrentRestResolver, build_resolver
from lookalike.matching.check import Match
from tests.fakes import a_match, a_picture_file
from tests.service import Client, Parts

_AT_ONCE = 8


def test_requests_at_the_same_time_keep_their_own_parameters(client: Client, parts: Parts) -> None:
    """All requests are inside the matcher at once, and each gets the answer to its own."""
    all_of_them = threading.Barrier(_AT_ONCE, timeout=10)

    def find(picture: PreparedPicture) -> tuple[Match, ...]:
        all_of_them.wait()
        return (a_match(picture.width),)

    parts.matcher.find = find
    for number in range(_AT_ONCE):
        parts.fetcher.files[str(number)] = a_picture_file(number)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        targets = [f"/find_similar?image_url={number}" for number in range(_AT_ONCE)]
        answers = list(pool.map(client.get, targets))
    assert [answer.json["query"]["width"] for answer in answers] == list(range(_AT_ONCE))


def test_nothing_is_left_to_be_built_by_the_first_request(parts: Parts) -> None:
    """Powertools builds a route's middlewares at its first request; two would interleave."""
    resolver = build_resolver(parts.routers(), "0.1.0")
    routes = resolver._static_routes + resolver._dynamic_routes
    assert len(routes) > 20
    assert all(route._middleware_stack_built and route._dependant for route in routes)


def test_the_first_requests_may_come_at_the_same_time(parts: Parts) -> None:
    for _ in range(5):
        client = Client(build_resolver(parts.routers(), "0.1.0"))
        start = threading.Barrier(_AT_ONCE, timeout=10)

        def first(path: str, client: Client = client, start: threading.Barrier = start) -> int:
            start.wait()
            return client.get(path).status

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            statuses = list(pool.map(first, ["/status", "/openapi.json", "/docs", "/nope"] * 2))
        assert statuses == [200, 200, 200, 404] * 2


def test_errors_at_the_same_time_carry_their_own_request_id(parts: Parts) -> None:
    resolver = build_resolver(parts.routers(), "0.1.0")
    client = Client(resolver)
    assert client.get("/nope").json["request_id"] == "request-1"
    with pytest.raises(RuntimeError, match="no request"):
        _ = resolver.current_event


def test_nothing_of_a_request_stays_behind(client: Client) -> None:
    resolver = client.resolver
    assert isinstance(resolver, ConcurrentRestResolver)
    before = dict(resolver.context)
    client.get("/health")
    assert resolver.context == before
    assert resolver.lambda_context is None
