"""Errors between a command and a service, in words for the user."""

from __future__ import annotations

from typing import Any

import requests
from urllib3.exceptions import MaxRetryError, ReadTimeoutError

from lookalike.errors import PermanentError, TransientError
from lookalike.http.key_errors import RoleMissingError

TIMEOUT = (5, 60)
"""Seconds to connect and to wait for an answer, which may include a download."""
PASSING = (429, 502, 503, 504)
"""Statuses that may be gone a moment later."""
FORBIDDEN = (401, 403)
"""Statuses of an unknown key, and of a firewall, which refuses some requests for what they hold and
some for where they come from. Lookalike itself answers so to browsers alone. Whoever sends too much
is answered 429."""
_TOO_LARGE = 413


class RemoteRefusedError(PermanentError):
    """The service refuses the request.

    Attributes:
        reason: the code of the problem that the service answered with.
    """

    code = "refused"
    title = "Refused by the service"

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.reason = code


class RemoteForbiddenError(RemoteRefusedError):
    """The service refuses this request, or every request with this key or from this address.

    Which of these it is cannot be told from the answer.
    """


class RemoteRoleError(PermanentError):
    """The API key is known, but may not do this, whatever is sent."""

    code = RoleMissingError.code
    title = RoleMissingError.title

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"The API key may not do this. {detail} Nothing is lost: give --api-key another key, "
            "and the same command goes on."
        )


class RemoteUnavailableError(TransientError):
    """The service cannot be reached, or says that it is away."""

    code = "service_unavailable"
    title = "Service unavailable"


def error_of_problem(status: int, problem: Any) -> PermanentError | TransientError:  # noqa: ANN401 - any JSON
    """The error that an answer in JSON stands for, be it of Lookalike or of API Gateway."""
    known = problem if isinstance(problem, dict) else {}
    detail = known.get("detail") or known.get("message")  # API Gateway's own errors have the latter
    if not isinstance(detail, str):
        detail = f"The service answers with status {status} and gives no reason."
    if status in PASSING or status >= requests.codes.server_error:
        return RemoteUnavailableError(detail)
    code = str(known.get("code", "refused"))
    if code == RoleMissingError.code:
        return RemoteRoleError(detail)
    refused = RemoteForbiddenError if status in FORBIDDEN else RemoteRefusedError
    return refused(detail, code)


def error_of_page(url: str, response: requests.Response) -> PermanentError | TransientError:
    """The error that an answer stands for which is not JSON: mostly the page of a proxy."""
    status = response.status_code
    shown = f"{status} {response.reason}" if response.reason else f"{status}"
    if status in PASSING or status >= requests.codes.server_error:
        return RemoteUnavailableError(
            f"A proxy before {url} answers {shown}: the service behind it is away or too slow. "
            "Try again when it runs."
        )
    if status in FORBIDDEN:
        return RemoteForbiddenError(
            f"Something before the service at {url} refuses the request ({shown}), such as a "
            "firewall. Check the API key, and whether you may reach the service from here.",
            "refused",
        )
    if status == _TOO_LARGE:
        return RemoteRefusedError(
            f"The request is too large for a proxy before {url} ({shown}). Send a smaller picture, "
            "or let the proxy pass 30 MB.",
            "refused",
        )
    return unlike_lookalike(url)


def unlike_lookalike(url: str) -> RemoteUnavailableError:
    """The error where something answers, but not Lookalike."""
    return RemoteUnavailableError(
        f"{url} does not answer like Lookalike. Give --url the address of its web page."
    )


def error_of_failure(url: str, error: Exception) -> RemoteUnavailableError:
    """The error where no answer came."""
    if isinstance(error, requests.exceptions.SSLError):
        return RemoteUnavailableError(
            f"There is no secure connection to {url}: its certificate cannot be verified."
        )
    if isinstance(error, requests.ReadTimeout) or _is_caused_by(error, ReadTimeoutError):
        return RemoteUnavailableError(
            f"The service at {url} has not answered within {TIMEOUT[1]} seconds. Try again later."
        )
    return RemoteUnavailableError(
        f"No service answers at {url}. Check that it runs there and that the address is right."
    )


def _is_caused_by(error: Exception, kind: type[Exception]) -> bool:
    """Return whether the retries of urllib3 have ended with this kind of error."""
    inner = error.args[0] if error.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, kind)
