"""Every error is one problem with the status that the contract names."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookalike import errors
from lookalike.http.problems import (
    CONTENT_TYPE,
    MAX_DETAIL_LENGTH,
    MethodNotAllowedError,
    Problem,
    TooManyRequestsError,
    build_problem,
    problem_response,
    status_of,
)
from lookalike.storage.sqlite.errors import translated


def _kinds(base: type[errors.LookalikeError]) -> Iterator[type[errors.LookalikeError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def test_paths_of_the_machine_are_for_the_operator_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(errors.StorageUnavailableError) as raised, translated(tmp_path):
        raise sqlite3.OperationalError("disk I/O error")
    detail = build_problem(raised.value, "request-1").detail
    assert str(tmp_path) in raised.value.detail
    assert str(tmp_path) in caplog.text
    assert detail.startswith("The data in the folder cannot be read or written")


@pytest.mark.parametrize("kind", [*_kinds(errors.LookalikeError)], ids=lambda kind: kind.__name__)
def test_every_error_is_a_client_error_or_503(kind: type[errors.LookalikeError]) -> None:
    """503 is for what callers cannot correct: a store that does not answer or is unusable."""
    status = status_of(kind)
    ours = issubclass(kind, errors.TransientError | errors.StorageInvalidError)
    assert 400 <= status < 500 or (ours and status == 503)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.BadParameterError, 400),
        (errors.UnknownProductError, 404),
        (errors.UnknownImportError, 404),
        (errors.BodyTooLargeError, 413),
        (errors.ImageUnsupportedError, 415),
        (errors.ImageCorruptError, 422),
        (errors.ImageTooLargeError, 422),
        (errors.ImageFeaturelessError, 422),
        (errors.HostNotAllowedError, 422),
        (errors.ImageNotFoundError, 422),
        (errors.ImageUnreachableError, 422),
        (errors.CatalogueError, 422),
        (TooManyRequestsError, 429),
        (errors.StorageUnavailableError, 503),
    ],
)
def test_an_error_has_the_status_of_the_contract(
    kind: type[errors.LookalikeError], status: int
) -> None:
    assert status_of(kind) == status


def test_a_problem_has_all_members_of_the_contract() -> None:
    response = problem_response(errors.ImageCorruptError("It ends too early."), "request-1")
    assert response.headers == {"Content-Type": CONTENT_TYPE}
    assert json.loads(response.body or "") == {
        "type": "urn:lookalike:problem:image_corrupt",
        "title": "Image corrupt",
        "status": 422,
        "detail": "It ends too early.",
        "code": "image_corrupt",
        "request_id": "request-1",
        "retryable": False,
    }


@pytest.mark.parametrize("kind", [errors.StorageUnavailableError, TooManyRequestsError])
def test_whoever_should_come_back_is_told_when(kind: type[errors.TransientError]) -> None:
    assert problem_response(kind("Away."), "r").headers["Retry-After"] == str(kind.retry_after)


def test_an_unreachable_picture_says_that_a_retry_may_help() -> None:
    problem = build_problem(errors.ImageUnreachableError("Too slow."), "r")
    assert (problem.status, problem.retryable) == (422, True)


def test_a_wrong_method_is_answered_with_the_right_ones() -> None:
    response = problem_response(MethodNotAllowedError("PATCH", {"PUT", "GET"}), "r")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, PUT")


def test_what_nobody_foresaw_is_logged_and_hidden(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "lookalike.http"):
        problem = build_problem(RuntimeError("secret of 10.0.0.1"), "request-7")
    assert problem.status == 500
    assert "secret" not in problem.model_dump_json()
    assert "request-7" in caplog.text
    assert "secret of 10.0.0.1" in caplog.text


@pytest.mark.parametrize("detail", ["\ud800", "x" * 100_000, "\x00"])
def test_whatever_a_detail_repeats_can_be_sent(detail: str) -> None:
    text = build_problem(errors.BadParameterError(detail), "r").model_dump_json()
    assert len(Problem.model_validate_json(text).detail) <= MAX_DETAIL_LENGTH
