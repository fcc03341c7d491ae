"""Any request to any route is answered or refused as a mistake of the caller."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service import KNOWN, Client, Parts

_METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
_PATHS = st.sampled_from(
    [
        "/find_similar",
        "/find_similar/batch",
        "/compare",
        "/products/1",
        "/products/%00",
        "/products/%E0%A4",
        "/imports",
        "/imports/1",
        "/imports/1/failures",
        "/imports/%2e%2e",
        "/status",
        "//",
        "/%",
    ]
)
_QUERIES = st.sampled_from(
    ["", "?", "?image_url=x", "?top=1e3", "?filter=a:b", "?a&b=&=c", "?limit=9&after=0", "?%FF"]
)
_TYPES = st.sampled_from(
    [
        None,
        "",
        ";",
        "application/json",
        "application/json; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=B",
        "image/jpeg",
        "image/",
        "text/csv",
        "application/x-www-form-urlencoded",
    ]
)
_KEYS = st.sampled_from(
    ["a", "b", "queries", "id", "image_url", "image_base64", "sku", "attributes", "top", "filter"]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(KNOWN),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=10,
)
_BODIES = st.one_of(
    st.binary(max_size=60),
    st.dictionaries(_KEYS, _VALUES).map(lambda document: json.dumps(document).encode()),
    st.binary(max_size=60).map(lambda data: b"--B\r\n" + data + b"\r\n--B--"),
)


@pytest.mark.slow
@given(_METHODS, _PATHS, _QUERIES, _TYPES, _BODIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
def test_no_request_ends_in_a_server_error(  # noqa: PLR0913, PLR0917 - the parts of a request
    client: Client, method: str, path: str, query: str, content_type: str | None, body: bytes
) -> None:
    assert client.request(method, path + query, body, content_type).status < 500


@pytest.mark.parametrize("path", ["/find_similar", "/compare", "/find_similar/batch"])
@pytest.mark.parametrize(
    "document",
    [
        '{"image_url": "\\ud800"}',
        '{"\\ud800": 1}',
        '{"queries": [{"id": "\\udfff", "image_url": "x"}]}',
        '{"a": {"image_url": "\\u0000"}, "b": {"image_base64": "\\ud800"}}',
        '{"top": 1e400, "queries": [{"id": "1", "image_url": "x"}]}',
        '{"queries": [{"id": "1", "image_url": "x"}], "min_match": -0.0000001}',
        '{"queries": [{"id": "1", "image_base64": "\\ud800"}]}',
    ],
)
def test_odd_json_is_a_bad_parameter(
    client: Client, parts: Parts, path: str, document: str
) -> None:
    answer = client.request("POST", path, document.encode(), "application/json")
    problems = [item["problem"] for item in answer.json.get("results", [])] or [answer.json]
    assert [problem["status"] for problem in problems] == [400]
    assert parts.matcher.options == []
