"""How commands talk to a service: its errors in our words, and waiting where that may help."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import requests
from pydantic import BaseModel, ValidationError
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import MaxRetryError, ResponseError
from urllib3.util import Retry

from lookalike.errors import BadParameterError, PermanentError, TransientError

TIMEOUT = (5, 60)
"""Seconds to connect and to wait for an answer, which may include a download."""
_MAX_BACKOFF = 8
PASSING = (429, 502, 503, 504)
FORBIDDEN = (401, 403)
"""Of a key that is unknown, and of a firewall, which refuses some requests for what they hold and
some for where they come from. Lookalike itself answers these to browsers alone. Who sends too much
is answered 429.
"""
UNEXPLAINED = (*FORBIDDEN, 413)
"""What a firewall or a proxy before the service answers, in any words or none."""
_KEY = "x-api-key"
_NO_UPLOAD = "The picture cannot be put where the service wants large ones."

Read = TypeVar("Read", bound=BaseModel)


class RemoteRefusedError(PermanentError):
    """The service refuses the request."""

    code = "refused"
    title = "Refused by the service"

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.reason = code


class RemoteForbiddenError(RemoteRefusedError):
    """This request is refused, or whatever this key or this address asks: it cannot be told."""


class RemoteUnavailableError(TransientError):
    """The service cannot be reached, or says that it is away."""

    code = "service_unavailable"
    title = "Service unavailable"


@dataclass(frozen=True, slots=True)
class ServiceRetryPolicy:
    """How long a call goes on while the service is away.

    Attributes:
        retries: how often it is made again, where the service names no pause after
            0, 1, 2, 4, 8, 8 … seconds.
        longest_pause: seconds; a service that names a longer one in ``Retry-After``, as where the
            quota of a day is used up, is not asked again.
        wait: waits for as many seconds as the service names. May be called by several threads.
    """

    retries: int = 1
    longest_pause: float = 5
    wait: Callable[[float], None] = time.sleep


class _Retry(Retry):
    """Waits for what a service names as a retry_policy says."""

    def __init__(
        self,
        *what: Any,  # noqa: ANN401 - as urllib3 has it
        retry_policy: ServiceRetryPolicy,
        **how: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*what, **how)
        self._retry_policy = retry_policy

    @override
    def new(self, **changed: Any) -> Self:
        return super().new(retry_policy=self._retry_policy, **changed)

    @override
    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        *what: Any,
        **how: Any,
    ) -> Self:
        if response and (self.get_retry_after(response) or 0) > self._retry_policy.longest_pause:
            raise MaxRetryError(how["_pool"], url or "", ResponseError("too long a pause"))
        return super().increment(method, url, response, *what, **how)

    @override
    def sleep_for_retry(self, response: BaseHTTPResponse) -> bool:
        if pause := self.get_retry_after(response):
            self._retry_policy.wait(pause)
        return bool(pause)


class Connection:
    """To a service. Safe to use from several threads.

    Args:
        url: where the service is, without a route.
        api_key: of a deployed service.
        retry_policy: what to do while the service is away.

    Raises:
        BadParameterError: the URL is not one.
    """

    def __init__(self, url: str, api_key: str | None, retry_policy: ServiceRetryPolicy) -> None:
        if not url.lower().startswith(("http://", "https://")):
            raise BadParameterError(f"{url} is no address of a service: begin it with http://")
        self._url = url.rstrip("/")
        self._session = requests.Session()
        if api_key:
            self._session.headers[_KEY] = api_key
        retry = _Retry(
            retry_policy.retries, backoff_factor=0.5, backoff_max=_MAX_BACKOFF,
            status_forcelist=PASSING, allowed_methods=None, raise_on_status=False,
            retry_policy=retry_policy,
        )  # fmt: skip
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=32, max_retries=retry))

    def call(self, method: str, path: str, **what: Any) -> object:  # noqa: ANN401 - as requests has it
        """The JSON answer; what to send is as ``requests.request`` takes it.

        Raises:
            RemoteRefusedError: the service refuses the request.
            RemoteUnavailableError: it is away, or does not answer like Lookalike.
        """
        try:
            response = self._session.request(
                method, self._url + path, timeout=TIMEOUT, allow_redirects=False, **what
            )
            self._refuse_redirect(response)
            answer = self._json(response)
        except (requests.RequestException, UnicodeError) as error:
            raise RemoteUnavailableError(f"No service answers at {self._url}.") from error
        if response.ok:
            return answer
        raise _error_of(response.status_code, answer)

    def put(self, address: str, data: bytes) -> None:
        """Put a file where the service says. The address is its own permission: no key goes there.

        Raises:
            RemoteRefusedError: it is not taken there.
            RemoteUnavailableError: nothing answers there, or it is away.
        """
        try:
            response = self._session.put(
                address, data, headers={_KEY: None}, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            raise RemoteUnavailableError(_NO_UPLOAD) from error
        if not response.ok or response.is_redirect:
            raise _error_of(response.status_code, {"detail": _NO_UPLOAD, "code": "upload_refused"})

    def _json(self, response: requests.Response) -> object:
        """The answer; ``None`` where something before the service may have refused it."""
        try:
            return response.json()
        except requests.JSONDecodeError as error:
            if response.status_code in UNEXPLAINED:
                return None
            raise self._unlike() from error

    def _refuse_redirect(self, response: requests.Response) -> None:
        """Following it would hand the API key to whatever host it names."""
        if 300 <= response.status_code < 400:  # noqa: PLR2004 - every redirect there is
            raise RemoteUnavailableError(
                f"{self._url} is not a Lookalike service but redirects: give --url the address "
                "it redirects to."
            )

    def read(self, kind: type[Read], answer: object) -> Read:
        """The answer as what it is.

        Raises:
            RemoteUnavailableError: it is something else.
        """
        try:
            return kind.model_validate(answer)
        except ValidationError as error:
            raise self._unlike() from error

    def _unlike(self) -> RemoteUnavailableError:
        return RemoteUnavailableError(f"{self._url} does not answer like Lookalike.")


def _error_of(status: int, problem: Any) -> PermanentError | TransientError:  # noqa: ANN401 - any JSON
    known = problem if isinstance(problem, dict) else {}
    detail = known.get("detail") or known.get("message")  # API Gateway's own errors have the latter
    if not isinstance(detail, str):
        detail = f"The service answers {status}."
    if status in PASSING or status >= requests.codes.server_error:
        return RemoteUnavailableError(detail)
    refused = RemoteForbiddenError if status in FORBIDDEN else RemoteRefusedError
    return refused(detail, str(known.get("code", "refused")))
