"""A running or deployed service, as the commands see it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from pydantic import BaseModel, ValidationError
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from lambdas.compare_images.models import CompareAnswer
from lambdas.find_similar.models import CheckAnswer
from lambdas.manage_products.models import ProductAnswer
from lambdas.service_status.models import StatusAnswer
from lambdas.shared.errors import BadParameterError, PermanentError, TransientError
from lambdas.shared.http.pictures import PictureSource

TIMEOUT = (5, 60)
"""Seconds to connect and to wait for an answer, which may include a download."""
RETRIES = 5
"""Of an import, over about 15 seconds: a service that is started anew does not end it."""
LONGEST_PAUSE = 5
"""Seconds: a service that asks for more is away."""
PASSING = (429, 502, 503, 504)
FORBIDDEN = (401, 403)
"""Of a key that is unknown, and of a firewall: it refuses some requests for what they hold, and all
that come from an address which has sent too many. Lookalike itself answers these to browsers alone.
"""
UNEXPLAINED = (*FORBIDDEN, 413)
"""What a firewall or a proxy before the service answers, in any words or none."""

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


class RemoteService:
    """The routes of a service. Safe to call from several threads.

    Args:
        url: where the service is, without a route.
        api_key: of a deployed service.
        retries: how often a call is made again while the service is away.

    Raises:
        BadParameterError: the URL is not one.
    """

    def __init__(self, url: str, api_key: str | None = None, retries: int = 1) -> None:
        if not url.lower().startswith(("http://", "https://")):
            raise BadParameterError(f"{url} is no address of a service: begin it with http://")
        self._url = url.rstrip("/")
        self._session = requests.Session()
        if api_key:
            self._session.headers["x-api-key"] = api_key
        retry = Retry(
            retries, backoff_factor=0.5, status_forcelist=PASSING, allowed_methods=None,
            raise_on_status=False, retry_after_max=LONGEST_PAUSE,
        )  # fmt: skip
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=32, max_retries=retry))

    def check(self, source: PictureSource, top: int, min_match: float) -> CheckAnswer:
        """``POST /find_similar``."""
        parameters = {"top": top, "min_match": min_match}
        answer = self._call("POST", "/find_similar", params=parameters, **_body(source))
        return self._read(CheckAnswer, answer)

    def compare(self, a: PictureSource, b: PictureSource) -> CompareAnswer:
        """``POST /compare``."""
        answer = self._call("POST", "/compare", json={"a": _reference(a), "b": _reference(b)})
        return self._read(CompareAnswer, answer)

    def product(self, entity_id: str) -> ProductAnswer | None:
        """``GET /products/{entity_id}``; ``None`` where there is none."""
        try:
            return self._read(ProductAnswer, self._call("GET", _product_path(entity_id)))
        except RemoteRefusedError as error:
            if error.reason != "unknown_product":
                raise
            return None

    def put_product(
        self, entity_id: str, sku: str, source: PictureSource, attributes: Mapping[str, str]
    ) -> ProductAnswer:
        """``PUT /products/{entity_id}``."""
        document = {"sku": sku, "attributes": dict(attributes), **_reference(source)}
        answer = self._call("PUT", _product_path(entity_id), json=document)
        return self._read(ProductAnswer, answer)

    def status(self) -> StatusAnswer:
        """``GET /status``."""
        return self._read(StatusAnswer, self._call("GET", "/status"))

    def _call(self, method: str, path: str, **what: Any) -> object:  # noqa: ANN401 - as requests has it
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

    def _read(self, kind: type[Read], answer: object) -> Read:
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


def _body(source: PictureSource) -> dict[str, Any]:
    """Bytes as they are: as Base64 in JSON, large pictures would be too large a request."""
    if isinstance(source, str):
        return {"json": _reference(source)}
    return {"data": source, "headers": {"Content-Type": "application/octet-stream"}}


def _reference(source: PictureSource) -> dict[str, str]:
    if isinstance(source, str):
        return {"image_url": source}
    return {"image_base64": base64.b64encode(source).decode()}


def _product_path(entity_id: str) -> str:
    return f"/products/{quote(entity_id, safe='')}"
