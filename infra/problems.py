"""Answers that the gateway gives itself, as the same problems that the functions answer with."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway

from lookalike.http.problems import CONTENT_TYPE, Problem

_Type = apigateway.ResponseType


@dataclass(frozen=True, slots=True)
class GatewayProblem:
    """One answer.

    Attributes:
        kind: the gateway's name of what happened.
        status: of HTTP.
        code: the kind of problem, for programs.
        title: the kind of problem, for people.
        detail: what is wrong, and what to do.
        retry_after: seconds; ``None`` where the same request will not succeed later.
    """

    kind: apigateway.ResponseType
    status: HTTPStatus
    code: str
    title: str
    detail: str
    retry_after: int | None = None

    @property
    def body(self) -> str:
        """The template of the answer; the gateway fills in the id of the request."""
        problem = Problem(
            type=f"urn:lookalike:problem:{self.code}",
            title=self.title,
            status=self.status,
            detail=self.detail,
            code=self.code,
            request_id="$context.requestId",
            retryable=self.retry_after is not None,
        )
        return problem.model_dump_json()


_NO_KEY = "This needs an API key, in the header x-api-key; the one that came along is not known."
_NO_PATH = "There is nothing at this path, or not for this method. See /docs."
_BUSY = "Something that we depend on does not answer. Come back later."
_PROBLEMS = (
    GatewayProblem(
        _Type.INVALID_API_KEY, HTTPStatus.FORBIDDEN, "key_refused", "Key refused", _NO_KEY
    ),
    GatewayProblem(
        _Type.ACCESS_DENIED, HTTPStatus.FORBIDDEN, "key_refused", "Key refused", _NO_KEY
    ),
    GatewayProblem(
        _Type.MISSING_AUTHENTICATION_TOKEN,  # what the gateway calls a path that it does not know
        HTTPStatus.NOT_FOUND,
        "unknown_path",
        "Unknown path",
        _NO_PATH,
    ),
    GatewayProblem(
        _Type.RESOURCE_NOT_FOUND, HTTPStatus.NOT_FOUND, "unknown_path", "Unknown path", _NO_PATH
    ),
    GatewayProblem(
        _Type.BAD_REQUEST_PARAMETERS,
        HTTPStatus.BAD_REQUEST,
        "bad_parameter",
        "Bad parameter",
        "A parameter that is required is missing. See /docs.",
    ),
    GatewayProblem(
        _Type.BAD_REQUEST_BODY,
        HTTPStatus.BAD_REQUEST,
        "bad_parameter",
        "Bad parameter",
        "The body is not a JSON object with everything that is required. See /docs.",
    ),
    GatewayProblem(
        _Type.REQUEST_TOO_LARGE,  # for itself, above 10 MB, or for a function, above 6 with base64
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body_too_large",
        "Body too large",
        "The body is larger than about 4 MB. Larger pictures go through POST /uploads.",
    ),
    GatewayProblem(
        _Type.THROTTLED,
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_many_requests",
        "Too many requests",
        "More requests a second than this key may send.",
        retry_after=1,
    ),
    GatewayProblem(
        _Type.QUOTA_EXCEEDED,
        HTTPStatus.TOO_MANY_REQUESTS,
        "quota_exceeded",
        "Quota exceeded",
        "More requests today than this key may send.",
        retry_after=3600,
    ),
    GatewayProblem(
        _Type.WAF_FILTERED,
        HTTPStatus.FORBIDDEN,
        "request_refused",
        "Request refused",
        "The firewall takes this request for an attack. Tell us the request_id.",
    ),
    GatewayProblem(
        _Type.INTEGRATION_FAILURE,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "Unavailable",
        _BUSY,
        retry_after=5,
    ),
    GatewayProblem(
        _Type.INTEGRATION_TIMEOUT,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "unavailable",
        "Unavailable",
        _BUSY,
        retry_after=5,
    ),
    # The two that stand for all others: their status is that of every kind without one of its own.
    GatewayProblem(
        _Type.DEFAULT_4_XX,
        HTTPStatus.BAD_REQUEST,
        "bad_request",
        "Bad request",
        "The gateway does not take this request, as it is, for one of this API. See /docs.",
    ),
    GatewayProblem(
        _Type.DEFAULT_5_XX,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "Internal error",
        "Something went wrong on our side. Tell us the request_id.",
    ),
)


def add_problems(api: apigateway.RestApi, cors_origin: str | None) -> None:
    """Have the gateway answer with problems."""
    allowed = {} if cors_origin is None else {"Access-Control-Allow-Origin": f"'{cors_origin}'"}
    for problem in _PROBLEMS:
        again = problem.retry_after
        waiting = {} if again is None else {"Retry-After": f"'{again}'"}
        api.add_gateway_response(
            f"Problem-{problem.kind.response_type}",
            type=problem.kind,
            status_code=str(int(problem.status)),
            response_headers={**allowed, **waiting},
            templates={CONTENT_TYPE: problem.body},
        )
