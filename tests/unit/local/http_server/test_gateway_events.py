"""ASGI requests become the events that API Gateway would send."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadParameterError
from lookalike.local.http_server.gateway_events import encoded_path, event_of


def _scope(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a test changes
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1234),
    }
    return scope | changes


def test_the_event_has_all_values_of_a_repeated_parameter() -> None:
    event = event_of(_scope(query_string=b"a=1&b=%C3%BC&a=2&c="), b"", "r")
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["ü"], "c": [""]}
    assert event["queryStringParameters"] == {"a": "2", "b": "ü", "c": ""}


@given(st.binary(min_size=1))
def test_any_bytes_travel_as_base64(body: bytes) -> None:
    event = event_of(_scope(), body, "r")
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


def test_an_absent_body_is_none_in_the_event() -> None:
    event = event_of(_scope(), b"", "r")
    assert (event["body"], event["isBase64Encoded"]) == (None, False)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/products/a%2Fb", "/products/a%2Fb"),
        (b"/products/%C3%BC", "/products/%C3%BC"),
        (b'/products/"x"', "/products/%22x%22"),
        ("/products/ü".encode(), "/products/%C3%BC"),
        (b"/products/-._~!$&'()*+,;=:@", "/products/-._~!$&'()*+,;=:@"),
    ],
)
def test_a_path_stays_as_it_was_encoded(raw: bytes, path: str) -> None:
    assert encoded_path(_scope(raw_path=raw)) == path


def test_head_is_resolved_as_get() -> None:
    assert event_of(_scope(method="HEAD"), b"", "r")["httpMethod"] == "GET"


@pytest.mark.parametrize("query", [b"a=%FF", b"\xff=1", b"&".join([b"a=1"] * 1001)])
def test_a_query_that_cannot_be_read_is_refused(query: bytes) -> None:
    with pytest.raises(BadParameterError):
        event_of(_scope(query_string=query), b"", "r")


def test_headers_come_with_all_their_values() -> None:
    headers = [(b"accept", b"a"), (b"accept", b"b"), (b"x", b"\xe9")]
    event = event_of(_scope(headers=headers), b"", "r")
    assert event["multiValueHeaders"] == {"accept": ["a", "b"], "x": ["é"]}
    assert event["requestContext"]["requestId"] == "r"
