"""Unknown paths, wrong methods and surprises; and the same answers on API Gateway."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from lookalike.errors import StorageUnavailableError
from lookalike.http.resolver import with_routes
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.check import Match
from tests.fakes import a_picture_file
from tests.service import KNOWN, Client, Parts, a_form, some_parts


def test_an_unknown_path_is_a_problem(client: Client) -> None:
    answer = client.get("/nope")
    assert (answer.status, answer.json["code"]) == (404, "unknown_path")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/find_similar", "GET, POST"),
        ("DELETE", "/find_similar/", "GET, POST"),
        ("GET", "/find_similar/batch", "POST"),
        ("GET", "/compare", "POST"),
        ("POST", "/products/1", "DELETE, GET, PUT"),
        ("PUT", "/imports", "GET, POST"),
        ("POST", "/imports/1", "DELETE, GET"),
        ("OPTIONS", "/imports/1/failures", "GET"),
        ("PUT", "/status", "GET"),
        ("POST", "/", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    client: Client, method: str, path: str, allow: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status, answer.headers["Allow"]) == (405, allow)
    assert answer.json["code"] == "method_not_allowed"


def test_a_query_does_not_hide_that_there_is_no_such_route(client: Client) -> None:
    assert client.get("/nope?x=1").status == 404
    answer = client.request("POST", "/status?x=1")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    assert client.get("/status?x=1").status == 400


def test_a_health_check_may_have_any_query(client: Client) -> None:
    """Load balancers append values that keep caches out."""
    assert client.get("/health?_=123").status == 200
    assert client.get("/health/?_=123").status == 200


def test_an_absent_store_is_503_with_retry_after(client: Client, parts: Parts) -> None:
    parts.matcher.find = _raise(StorageUnavailableError("The store is away."))
    answer = client.get(f"/find_similar?image_url={KNOWN}")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


def test_a_surprise_is_500_without_its_cause(client: Client, parts: Parts) -> None:
    parts.matcher.find = _raise(RuntimeError("password at 10.0.0.1"))
    answer = client.get(f"/find_similar?image_url={KNOWN}")
    assert (answer.status, answer.json["code"]) == (500, "internal_error")
    assert answer.json["request_id"] == "request-1"
    assert b"password" not in answer.content


def test_an_answer_of_ours_that_breaks_the_contract_is_our_error(
    client: Client, parts: Parts
) -> None:
    parts.matcher.find = lambda _picture: (None,)  # type: ignore[assignment,return-value]
    assert client.get(f"/find_similar?image_url={KNOWN}").status == 500


_FORM, _FORM_TYPE = a_form({"image": (a_picture_file(3), "a.jpg")})
_PUT = json.dumps({"sku": "s", "image_url": KNOWN}).encode()
_BATCH = json.dumps({"queries": [{"id": "1", "image_url": KNOWN}, {"id": "2", "image_url": "-"}]})


_REQUESTS: list[tuple[str, str, bytes, str | None]] = [
    ("GET", f"/find_similar?image_url={KNOWN}&top=3&exclude_sku=a", b"", None),
    ("GET", f"/find_similar/?image_url={KNOWN}", b"", None),
    ("GET", "/find_similar?tpo=1", b"", None),
    ("POST", "/find_similar", a_picture_file(2), "image/jpeg"),
    ("POST", "/find_similar", _FORM, _FORM_TYPE),
    ("POST", "/find_similar/batch", _BATCH.encode(), "application/json"),
    ("POST", "/compare", b"{}", "application/json"),
    ("PUT", "/products/a%2Fb", _PUT, "application/json"),
    ("GET", "/products/a%2Fb/", b"", None),
    ("DELETE", "/products/a%2Fb", b"", None),
    ("DELETE", "/products/a%2Fb", b"", None),
    ("POST", "/imports", b"entity_id,sku,image_url\n", "text/csv"),
    ("GET", "/imports/run-1", b"", None),
    ("GET", "/imports/run-1/failures", b"", None),
    ("GET", "/imports/none", b"", None),
    ("GET", "/status", b"", None),
    ("GET", "/health", b"", None),
    ("GET", "/health?x=1", b"", None),
    ("PATCH", "/health?x=1", b"", None),
    ("GET", "/status?x=1", b"", None),
    ("GET", "/nope?x=1", b"", None),
]


def test_api_gateway_is_given_the_same_answers(client: Client) -> None:
    """The routes work in the resolver of a Lambda as in the one of the local server."""
    with some_parts() as parts:
        resolver = APIGatewayRestResolver(enable_validation=True, debug=False)
        on_aws = Client(with_routes(resolver, parts.routers()))
        for request in _REQUESTS:
            assert on_aws.request(*request) == client.request(*request)


def _raise(error: Exception) -> Callable[[PreparedPicture], tuple[Match, ...]]:
    def find(_picture: PreparedPicture) -> tuple[Match, ...]:
        raise error

    return find
