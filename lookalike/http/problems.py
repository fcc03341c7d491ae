"""RFC 9457 problems: the only place that decides which error has which HTTP status.

A mistake of the caller is 4xx, and a store that does not answer is 503. An unexpected error is 500,
and the log has its cause together with the request id in the problem.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, Field

from lookalike import errors
from lookalike.catalogue.wanted_columns import ColumnsError
from lookalike.http.duplicate_found import DuplicateFoundError
from lookalike.http.key_errors import KeyRefusedError, RoleMissingError

CONTENT_TYPE = "application/problem+json"
MAX_DETAIL_LENGTH = 1000
"""Characters. A detail may repeat a value of the request, which may be longer."""

log = logging.getLogger("lookalike.http")


class UnknownPathError(errors.PermanentError):
    """No route has this path."""

    code = "unknown_path"
    title = "Unknown path"


class MethodNotAllowedError(errors.PermanentError):
    """The path has routes, but none for this method."""

    code = "method_not_allowed"
    title = "Method not allowed"

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        self.allow = ", ".join(sorted(allowed))
        super().__init__(f"This path does not support {method}. Use {self.allow}.")


class UnsupportedMediaTypeError(errors.PermanentError):
    """The route does not read bodies of this media type."""

    code = "unsupported_media_type"
    title = "Unsupported media type"


class TooManyRequestsError(errors.TransientError):
    """The service is working on as many requests as it can."""

    code = "too_many_requests"
    title = "Too many requests"
    retry_after = 1


class ImportQueueFullError(errors.TransientError):
    """As many imports wait as may."""

    code = "import_queue_full"
    title = "Too many imports are waiting"
    retry_after = 60


class DuplicatesQueueFullError(errors.TransientError):
    """As many searches for duplicates wait as may."""

    code = "duplicates_queue_full"
    title = "Too many searches for duplicates are waiting"
    retry_after = 60


class OverloadedError(errors.TransientError):
    """More is asked of the service than it can compute in time."""

    code = "overloaded"
    title = "Service is overloaded"
    retry_after = 3

    def __init__(self) -> None:
        super().__init__("More is asked of the service than it can do. Come back later.")


class DeadlineError(errors.TransientError):
    """The request takes longer than anybody waits for an answer."""

    code = "deadline_exceeded"
    title = "Deadline exceeded"


class CallerGoneError(errors.TransientError):
    """The client has gone, so that nobody reads an answer."""

    code = "caller_gone"
    title = "Caller is gone"


class RequestTimeoutError(errors.TransientError):
    """The body of the request did not arrive in time."""

    code = "request_timeout"
    title = "Request timeout"


class StoppingError(errors.TransientError):
    """The service is being stopped."""

    code = "stopping"
    title = "Service is stopping"


class CrossSiteError(errors.PermanentError):
    """A browser sent the request on behalf of a page of another site."""

    code = "cross_site"
    title = "Cross-site request"


STATUS: dict[type[errors.LookalikeError], HTTPStatus] = {
    errors.BadParameterError: HTTPStatus.BAD_REQUEST,
    errors.UnknownProductError: HTTPStatus.NOT_FOUND,
    errors.UnknownImportError: HTTPStatus.NOT_FOUND,
    errors.UnknownDuplicateRunError: HTTPStatus.NOT_FOUND,
    errors.UnknownDecisionError: HTTPStatus.NOT_FOUND,
    errors.DecisionConflictError: HTTPStatus.CONFLICT,
    UnknownPathError: HTTPStatus.NOT_FOUND,
    MethodNotAllowedError: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.ImageUnsupportedError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.ImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    # Not 5xx, since the address came from the caller and our service works. ``retryable`` tells
    # that the same request may succeed later.
    errors.ImageUnreachableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.CatalogueError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.RowRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ImportQueueFullError: HTTPStatus.TOO_MANY_REQUESTS,
    DuplicatesQueueFullError: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    RequestTimeoutError: HTTPStatus.REQUEST_TIMEOUT,
    CrossSiteError: HTTPStatus.FORBIDDEN,
    KeyRefusedError: HTTPStatus.UNAUTHORIZED,
    RoleMissingError: HTTPStatus.FORBIDDEN,
    DuplicateFoundError: HTTPStatus.CONFLICT,
    errors.PermanentError: HTTPStatus.BAD_REQUEST,
    errors.StorageInvalidError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TransientError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.LookalikeError: HTTPStatus.BAD_REQUEST,
}
"""Status by error class; a class without one has that of its closest base class."""

_WITH_RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


class Problem(BaseModel):
    """Why a request failed, in the form of RFC 9457."""

    type: str = Field(description="The kind of problem, as a URN.")
    title: str = Field(description="The kind of problem, for people.")
    status: int = Field(ge=400, le=599, description="The HTTP status.")
    detail: str = Field(description="What is wrong with this request, and what to do.")
    code: str = Field(description="The kind of problem, for programs; stable.")
    request_id: str = Field(description="Identifies this request in the logs of the service.")
    retryable: bool = Field(description="Whether the same request may succeed later.")


def build_problem(error: Exception, request_id: str) -> Problem:
    """The problem that a caller sees; the cause of an unexpected error goes to the log alone."""
    if isinstance(error, errors.LookalikeError):
        return _described(error, request_id)
    log.error("request %s failed", request_id, exc_info=error)
    return Problem(
        type="urn:lookalike:problem:internal_error",
        title="Internal error",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        detail="The service failed unexpectedly. Its log has the cause under the request_id.",
        code="internal_error",
        request_id=request_id,
        retryable=False,
    )


def problem_response(error: Exception, request_id: str) -> Response[str]:
    """The complete response to a request that ended in this error."""
    problem = build_problem(error, request_id)
    return Response(
        status_code=problem.status,
        content_type=CONTENT_TYPE,
        headers=_headers(error, problem),
        body=json.dumps(problem.model_dump() | _members(error), ensure_ascii=False),
    )


def _members(error: Exception) -> dict[str, Any]:
    """What a problem of this kind has beside what all have (RFC 9457, 3.2)."""
    if isinstance(error, ColumnsError):
        examples = {_encodable(name): _encodable(text) for name, text in error.examples.items()}
        return {"columns": [_encodable(name) for name in error.columns], "examples": examples}
    return {"match": dict(error.match)} if isinstance(error, DuplicateFoundError) else {}


def status_of(error_type: type[errors.LookalikeError]) -> HTTPStatus:
    """The HTTP status of an error class."""
    return next(STATUS[base] for base in error_type.__mro__ if base in STATUS)


def _described(error: errors.LookalikeError, request_id: str) -> Problem:
    return Problem(
        type=f"urn:lookalike:problem:{error.code}",
        title=error.title,
        status=status_of(type(error)),
        detail=_printable(_public(error)),
        code=error.code,
        request_id=request_id,
        retryable=isinstance(error, errors.TransientError),
    )


def _public(error: errors.LookalikeError) -> str:
    """The detail without what only the operator may see, which the log has."""
    if not error.private:
        return error.detail
    log.warning("%s", error.detail)
    return error.detail.replace(f" {error.private}", "")


def _printable(text: str) -> str:
    """The text without lone surrogates, which have no UTF-8, and not longer than allowed."""
    shortened = text if len(text) <= MAX_DETAIL_LENGTH else text[: MAX_DETAIL_LENGTH - 1] + "…"
    return _encodable(shortened)


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()


def _headers(error: Exception, problem: Problem) -> dict[str, str | list[str]]:
    if isinstance(error, MethodNotAllowedError):
        return {"Allow": error.allow}
    if isinstance(error, KeyRefusedError):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.TransientError) and problem.status in _WITH_RETRY_AFTER:
        return {"Retry-After": str(error.retry_after)}
    return {}
