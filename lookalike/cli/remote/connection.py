"""The connection of a command to a service: requests, retries and errors in words."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import IO, Any, Self, TypeVar

import requests
from pydantic import BaseModel, ValidationError
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import LocationParseError, MaxRetryError, ResponseError
from urllib3.util import Retry, parse_url

from lookalike.cli.remote.errors import (
    PASSING,
    TIMEOUT,
    RemoteUnavailableError,
    error_of_failure,
    error_of_page,
    error_of_problem,
    unlike_lookalike,
)
from lookalike.errors import BadParameterError

_MAX_BACKOFF = 8
_MAX_RETRIES_UNANSWERED = 3
"""While nothing has ever answered at an address, it may be wrong: after 0, 1 and 2 seconds that is
an error, however long a service that has answered is waited for."""
_KEY = "x-api-key"
_NO_UPLOAD = "The picture cannot be uploaded to the place that the service named."

Read = TypeVar("Read", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ServiceRetryPolicy:
    """How a request is repeated while the service is away.

    Attributes:
        retries: how often; where the service names no pause, after 0, 1, 2, 4, 8, 8 … seconds.
        longest_pause: seconds; where the service names a longer one in ``Retry-After``, as when the
            quota of a day is used up, the request is not repeated.
        wait: waits for as many seconds as the service names. May be called by several threads.
    """

    retries: int = 1
    longest_pause: float = 5
    wait: Callable[[float], None] = time.sleep


class _Retry(Retry):
    """Waits as the policy says, but not for long where nothing has ever answered."""

    def __init__(
        self,
        *what: Any,  # noqa: ANN401 - as urllib3 has it
        retry_policy: ServiceRetryPolicy,
        has_answered: Event,
        **how: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*what, **how)
        self._retry_policy = retry_policy
        self._has_answered = has_answered

    @override
    def new(self, **changed: Any) -> Self:
        return super().new(
            retry_policy=self._retry_policy, has_answered=self._has_answered, **changed
        )

    @override
    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        *what: Any,
        **how: Any,
    ) -> Self:
        if response:
            self._has_answered.set()
            if (self.get_retry_after(response) or 0) > self._retry_policy.longest_pause:
                raise MaxRetryError(how["_pool"], url or "", ResponseError("too long a pause"))
        elif len(self.history) >= _MAX_RETRIES_UNANSWERED and not self._has_answered.is_set():
            raise MaxRetryError(how["_pool"], url or "", error)
        return super().increment(method, url, response, error, *what, **how)

    @override
    def sleep_for_retry(self, response: BaseHTTPResponse) -> bool:
        if pause := self.get_retry_after(response):
            self._retry_policy.wait(pause)
        return bool(pause)


def _is_address(url: str) -> bool:
    """Return whether the URL has a host that HTTP can ask."""
    try:
        found = parse_url(url)
    except LocationParseError:
        return False
    return found.scheme in {"http", "https"} and bool(found.host)


class Connection:
    """A connection to a service. Safe to use from several threads.

    Args:
        url: where the service is, without a route.
        api_key: of a deployed service.
        retry_policy: what to do while the service is away.

    Raises:
        BadParameterError: the URL is not one.
    """

    def __init__(self, url: str, api_key: str | None, retry_policy: ServiceRetryPolicy) -> None:
        if not _is_address(url):
            raise BadParameterError(f"{url} is no address of a service: begin it with http://")
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._has_answered = Event()
        if api_key:
            self._session.headers[_KEY] = api_key
        retry = _Retry(
            retry_policy.retries, backoff_factor=0.5, backoff_max=_MAX_BACKOFF,
            status_forcelist=PASSING, allowed_methods=None, raise_on_status=False,
            retry_policy=retry_policy, has_answered=self._has_answered,
        )  # fmt: skip
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=32, max_retries=retry))

    def call(self, method: str, path: str, **what: Any) -> object:  # noqa: ANN401 - as requests has it
        """Send a request and return the answer, which is JSON, or ``None`` where it is empty.

        Args:
            method: of HTTP.
            path: of the route.
            what: is sent; as ``requests.request`` takes it.

        Raises:
            RemoteRefusedError: the service refuses the request.
            RemoteUnavailableError: it is away, or does not answer like Lookalike.
        """
        try:
            response = self._session.request(
                method, self._url + path, timeout=TIMEOUT, allow_redirects=False, **what
            )
            self._has_answered.set()
            self._refuse_redirect(response)
            if response.status_code == requests.codes.no_content:
                return None
            answer = response.json()
        except requests.JSONDecodeError as error:
            raise error_of_page(self._url, response) from error
        except (requests.RequestException, UnicodeError) as error:
            raise error_of_failure(self._url, error) from error
        if response.ok:
            return answer
        raise error_of_problem(response.status_code, answer)

    def put(self, address: str, data: bytes | IO[bytes]) -> None:
        """Upload a file to an address that the service named and that needs no key.

        Raises:
            RemoteRefusedError: the upload is refused.
            RemoteUnavailableError: nothing answers there, or it is away.
        """
        try:
            response = self._session.put(
                address, data, headers={_KEY: None}, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            raise RemoteUnavailableError(_NO_UPLOAD) from error
        if not response.ok or response.is_redirect:
            raise error_of_problem(
                response.status_code, {"detail": _NO_UPLOAD, "code": "upload_refused"}
            )

    def _refuse_redirect(self, response: requests.Response) -> None:
        """Raise at a redirect: following it would give the API key to whatever host it names."""
        if 300 <= response.status_code < 400:  # noqa: PLR2004 - every redirect there is
            raise RemoteUnavailableError(
                f"{self._url} is not a Lookalike service but redirects: give --url the address "
                "it redirects to."
            )

    def read(self, kind: type[Read], answer: object) -> Read:
        """Read an answer as the model of its route.

        Raises:
            RemoteUnavailableError: it does not have that form.
        """
        try:
            return kind.model_validate(answer)
        except ValidationError as error:
            raise unlike_lookalike(self._url) from error
