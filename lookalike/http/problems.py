"""From errors to RFC 9457 problems: the one place that knows which error is which status.

A caller's mistake is 4xx, something we depend on being away is 503, and whatever nobody foresaw is
a 500 whose cause goes to the log, next to the request id that the caller was given.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, Field

from lookalike import errors

CONTENT_TYPE = "application/problem+json"
MAX_DETAIL_LENGTH = 1000
"""Characters; a detail may repeat what the caller sent, which has no limit of its own."""

log = logging.getLogger("lookalike.http")


class UnknownPathError(errors.PermanentError):
    """Nothing is served at that path."""

    code = "unknown_path"
    title = "Unknown path"


class MethodNotAllowedError(errors.PermanentError):
    """The path exists, but not for that method."""

    code = "method_not_allowed"
    title = "Method not allowed"

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        self.allow = ", ".join(sorted(allowed))
        super().__init__(f"{method} is not possible here. Use {self.allow}.")


class UnsupportedMediaTypeError(errors.PermanentError):
    """The body is of a type that this route does not read."""

    code = "unsupported_media_type"
    title = "Unsupported media type"


class TooManyRequestsError(errors.TransientError):
    """More requests are under way than this service takes on."""

    code = "too_many_requests"
    title = "Too many requests"
    retry_after = 1


class RequestTimeoutError(errors.TransientError):
    """The body of the request did not arrive in time."""

    code = "request_timeout"
    title = "Request timeout"


class StoppingError(errors.TransientError):
    """This service is being stopped."""

    code = "stopping"
    title = "Service is stopping"


class CrossSiteError(errors.PermanentError):
    """A web page of another site made a browser send this."""

    code = "cross_site"
    title = "Cross-site request"


STATUS: dict[type[errors.LookalikeError], HTTPStatus] = {
    errors.BadParameterError: HTTPStatus.BAD_REQUEST,
    errors.UnknownProductError: HTTPStatus.NOT_FOUND,
    errors.UnknownImportError: HTTPStatus.NOT_FOUND,
    UnknownPathError: HTTPStatus.NOT_FOUND,
    MethodNotAllowedError: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.ImageUnsupportedError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.ImageError: HTTPStatus.UNPROCESSABLE_ENTITY,
    # Not a 5xx: the address came from the caller, and our own service is well. ``retryable`` says
    # that the same request may succeed later, which 422 alone would not.
    errors.ImageUnreachableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.CatalogueError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.RowRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    RequestTimeoutError: HTTPStatus.REQUEST_TIMEOUT,
    CrossSiteError: HTTPStatus.FORBIDDEN,
    errors.PermanentError: HTTPStatus.BAD_REQUEST,
    errors.StorageInvalidError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TransientError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.LookalikeError: HTTPStatus.BAD_REQUEST,
}
"""Status by error; the closest base class counts."""

_WITH_RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


class Problem(BaseModel):
    """What went wrong, as RFC 9457 says it."""

    type: str = Field(description="Identifies the kind of problem.")
    title: str = Field(description="The kind of problem, for people.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong in this case, and what to do.")
    code: str = Field(description="The kind of problem, for programs; stable.")
    request_id: str = Field(description="Names this request in the logs of the service.")
    retryable: bool = Field(description="Whether the same request may succeed later.")


def problem_of(error: Exception, request_id: str) -> Problem:
    """The problem that a caller is shown; what nobody foresaw is logged and hidden."""
    if isinstance(error, errors.LookalikeError):
        return _described(error, request_id)
    log.error("request %s failed", request_id, exc_info=error)
    return Problem(
        type="urn:lookalike:problem:internal_error",
        title="Internal error",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        detail="Something went wrong on our side. Tell us the request_id.",
        code="internal_error",
        request_id=request_id,
        retryable=False,
    )


def problem_response(error: Exception, request_id: str) -> Response[str]:
    """The whole answer to a request that ended in this error."""
    problem = problem_of(error, request_id)
    return Response(
        status_code=problem.status,
        content_type=CONTENT_TYPE,
        headers=_headers(error, problem),
        body=problem.model_dump_json(),
    )


def status_of(error_type: type[errors.LookalikeError]) -> HTTPStatus:
    """The status of a kind of error."""
    return next(STATUS[base] for base in error_type.__mro__ if base in STATUS)


def _described(error: errors.LookalikeError, request_id: str) -> Problem:
    return Problem(
        type=f"urn:lookalike:problem:{error.code}",
        title=error.title,
        status=status_of(type(error)),
        detail=_printable(error.detail),
        code=error.code,
        request_id=request_id,
        retryable=isinstance(error, errors.TransientError),
    )


def _printable(text: str) -> str:
    """The text without lone surrogates (which have no UTF-8), and not longer than we send."""
    shortened = text if len(text) <= MAX_DETAIL_LENGTH else text[: MAX_DETAIL_LENGTH - 1] + "…"
    return shortened.encode(errors="replace").decode()


def _headers(error: Exception, problem: Problem) -> dict[str, str | list[str]]:
    if isinstance(error, MethodNotAllowedError):
        return {"Allow": error.allow}
    if isinstance(error, errors.TransientError) and problem.status in _WITH_RETRY_AFTER:
        return {"Retry-After": str(error.retry_after)}
    return {}
