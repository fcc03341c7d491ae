"""Answers that the gateway itself gives, as the same problems that the functions answer with."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway

from lookalike.errors import (
    BadParameterError,
    BodyTooLargeError,
    LookalikeError,
    PermanentError,
    TransientError,
)
from lookalike.http.problems import (
    CONTENT_TYPE,
    Problem,
    TooManyRequestsError,
    UnknownPathError,
    build_problem,
)

_Type = apigateway.ResponseType


class KeyRefusedError(PermanentError):
    """The API key is missing or unknown."""

    code = "key_refused"
    title = "Key refused"


class QuotaExceededError(TransientError):
    """The key has used up its requests of the day."""

    code = "quota_exceeded"
    title = "Quota exceeded"
    retry_after = 3600


class RequestRefusedError(PermanentError):
    """The firewall refuses the request."""

    code = "request_refused"
    title = "Request refused"


class UnavailableError(TransientError):
    """The function does not answer."""

    code = "unavailable"
    title = "Unavailable"


class BadRequestError(PermanentError):
    """Any other request that the gateway refuses."""

    code = "bad_request"
    title = "Bad request"


class InternalError(PermanentError):
    """Any other failure of the gateway."""

    code = "internal_error"
    title = "Internal error"


@dataclass(frozen=True, slots=True)
class GatewayProblem:
    """One answer of the gateway.

    Attributes:
        kind: what happened, as the gateway calls it.
        status: HTTP status of the answer.
        error: the error that a function would answer with.
    """

    kind: apigateway.ResponseType
    status: HTTPStatus
    error: LookalikeError

    @property
    def problem(self) -> Problem:
        """The template of the answer; the gateway fills in the id of the request."""
        problem = build_problem(self.error, request_id="$context.requestId")
        return problem.model_copy(update={"status": int(self.status)})

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer."""
        if isinstance(self.error, TransientError):
            return {"Retry-After": f"'{self.error.retry_after}'"}
        return {}


_KEY_REFUSED = KeyRefusedError(
    "This request needs an API key in the header x-api-key; its key is missing or unknown."
)
_UNKNOWN_PATH = UnknownPathError(
    "Nothing is served at this path, or not for this method. See /docs."
)
_UNAVAILABLE = UnavailableError("A part of this service does not answer. Try again later.")
_PROBLEMS = (
    GatewayProblem(_Type.INVALID_API_KEY, HTTPStatus.FORBIDDEN, _KEY_REFUSED),
    GatewayProblem(_Type.ACCESS_DENIED, HTTPStatus.FORBIDDEN, _KEY_REFUSED),
    # The gateway's name for a path that it does not know:
    GatewayProblem(_Type.MISSING_AUTHENTICATION_TOKEN, HTTPStatus.NOT_FOUND, _UNKNOWN_PATH),
    GatewayProblem(_Type.RESOURCE_NOT_FOUND, HTTPStatus.NOT_FOUND, _UNKNOWN_PATH),
    GatewayProblem(
        _Type.BAD_REQUEST_PARAMETERS,
        HTTPStatus.BAD_REQUEST,
        BadParameterError("A required parameter is missing. See /docs."),
    ),
    GatewayProblem(
        _Type.BAD_REQUEST_BODY,
        HTTPStatus.BAD_REQUEST,
        BadParameterError("The body must be a JSON object with all required members. See /docs."),
    ),
    GatewayProblem(
        _Type.REQUEST_TOO_LARGE,  # above 10 MB for the gateway, above 6 with base64 for a function
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        BodyTooLargeError(
            "The body is larger than about 4 MB. Send larger pictures through POST /uploads."
        ),
    ),
    GatewayProblem(
        _Type.THROTTLED,
        HTTPStatus.TOO_MANY_REQUESTS,
        TooManyRequestsError("This key sends more requests a second than it may."),
    ),
    GatewayProblem(
        _Type.QUOTA_EXCEEDED,
        HTTPStatus.TOO_MANY_REQUESTS,
        QuotaExceededError("This key has sent more requests today than it may."),
    ),
    GatewayProblem(
        _Type.WAF_FILTERED,
        HTTPStatus.FORBIDDEN,
        RequestRefusedError(
            "The firewall takes this request for an attack. Report the request_id."
        ),
    ),
    GatewayProblem(_Type.INTEGRATION_FAILURE, HTTPStatus.SERVICE_UNAVAILABLE, _UNAVAILABLE),
    GatewayProblem(_Type.INTEGRATION_TIMEOUT, HTTPStatus.SERVICE_UNAVAILABLE, _UNAVAILABLE),
    # The defaults: each also sets the status of all kinds that have no answer of their own.
    GatewayProblem(
        _Type.DEFAULT_4_XX,
        HTTPStatus.BAD_REQUEST,
        BadRequestError("The gateway refuses this request as malformed. See /docs."),
    ),
    GatewayProblem(
        _Type.DEFAULT_5_XX,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        InternalError("Something went wrong on our side. Report the request_id."),
    ),
)


def add_problems(api: apigateway.RestApi, cors_origin: str | None) -> None:
    """Make the gateway answer with problems."""
    allowed = {} if cors_origin is None else {"Access-Control-Allow-Origin": f"'{cors_origin}'"}
    for answer in _PROBLEMS:
        api.add_gateway_response(
            f"Problem-{answer.kind.response_type}",
            type=answer.kind,
            status_code=str(answer.problem.status),
            response_headers={**allowed, **answer.headers},
            templates={CONTENT_TYPE: answer.problem.model_dump_json()},
        )
