"""Whatever comes back instead of an answer is told in words, without its markup."""

from __future__ import annotations

import pytest
import requests
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, ReadTimeoutError

from lookalike.cli.remote.errors import (
    RemoteForbiddenError,
    RemoteRefusedError,
    RemoteRoleError,
    RemoteUnavailableError,
    error_of_failure,
    error_of_page,
    error_of_problem,
)

URL = "https://lookalike.shop.example"


def a_page(status: int, reason: str) -> requests.Response:
    """The answer of a proxy."""
    response = requests.Response()
    response.status_code, response.reason = status, reason
    return response


@pytest.mark.parametrize(
    ("status", "reason", "kind", "words"),
    [
        (502, "Bad Gateway", RemoteUnavailableError, "502 Bad Gateway: the service behind it"),
        (504, "", RemoteUnavailableError, "answers 504: the service behind it is away"),
        (403, "Forbidden", RemoteForbiddenError, "refuses the request (403 Forbidden)"),
        (413, "Too Large", RemoteRefusedError, "too large for a proxy"),
        (404, "Not Found", RemoteUnavailableError, "does not answer like Lookalike"),
        (200, "OK", RemoteUnavailableError, "does not answer like Lookalike"),
    ],
)
def test_should_explain_the_page_of_a_proxy(
    status: int, reason: str, kind: type[Exception], words: str
) -> None:
    error = error_of_page(URL, a_page(status, reason))
    assert type(error) is kind
    assert words in error.detail
    assert URL in error.detail


POOL = HTTPConnectionPool("shop.example")
NO_ANSWER = MaxRetryError(POOL, "/", ReadTimeoutError(POOL, "/", "Read timed out."))


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (requests.ConnectionError(), "No service answers at"),
        (requests.ConnectTimeout(), "No service answers at"),
        (requests.exceptions.SSLError(), "certificate cannot be verified"),
        (requests.ReadTimeout(), "has not answered within 60 seconds"),
        (requests.ConnectionError(NO_ANSWER), "has not answered within 60 seconds"),
    ],
)
def test_should_explain_that_no_answer_comes(failure: Exception, words: str) -> None:
    detail = error_of_failure(URL, failure).detail
    assert words in detail
    assert URL in detail


def test_should_tell_what_the_service_says() -> None:
    error = error_of_problem(422, {"code": "image_corrupt", "detail": "It is cut."})
    assert isinstance(error, RemoteRefusedError)
    assert (error.reason, error.detail) == ("image_corrupt", "It is cut.")


@pytest.mark.parametrize("problem", [None, [], "text", {}, {"detail": 1}])
def test_should_say_that_the_service_gives_no_reason(problem: object) -> None:
    assert error_of_problem(400, problem).detail == (
        "The service answers with status 400 and gives no reason."
    )


def test_should_tell_a_key_that_may_not_do_this_from_one_that_is_unknown() -> None:
    role, key = (
        error_of_problem(status, {"detail": "Why.", "code": code})
        for status, code in ((403, "role_missing"), (401, "key_refused"))
    )
    assert (type(role), type(key)) == (RemoteRoleError, RemoteForbiddenError)
    assert "Why. Nothing is lost" in str(role)
