"""A running or deployed service, as the commands see it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from lambdas.compare_images.models import CompareAnswer
from lambdas.find_similar.models import CheckAnswer
from lambdas.shared.errors import PermanentError, TransientError
from lambdas.shared.http.pictures import PictureSource

TIMEOUT = (5, 60)
"""Seconds to connect and to wait for an answer, which may include a download."""
RETRIES = 5
PASSING = (429, 502, 503, 504)


class RemoteRefusedError(PermanentError):
    """The service refuses the request."""

    code = "refused"
    title = "Refused by the service"

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.reason = code


class RemoteUnavailableError(TransientError):
    """The service cannot be reached, or says that it is away."""

    code = "service_unavailable"
    title = "Service unavailable"


class RemoteService:
    """The routes of a service. Safe to call from several threads.

    Args:
        url: where the service is, without a route.
        api_key: of a deployed service.
    """

    def __init__(self, url: str, api_key: str | None = None) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        if api_key:
            self._session.headers["x-api-key"] = api_key
        retry = Retry(
            RETRIES, backoff_factor=0.5, status_forcelist=PASSING, allowed_methods=None,
            raise_on_status=False,
        )  # fmt: skip
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=32, max_retries=retry))

    def check(self, source: PictureSource, top: int, min_match: float) -> CheckAnswer:
        """``POST /find_similar``."""
        parameters = {"top": top, "min_match": min_match}
        answer = self._call("POST", "/find_similar", params=parameters, json=_reference(source))
        return CheckAnswer.model_validate(answer)

    def compare(self, a: PictureSource, b: PictureSource) -> CompareAnswer:
        """``POST /compare``."""
        answer = self._call("POST", "/compare", json={"a": _reference(a), "b": _reference(b)})
        return CompareAnswer.model_validate(answer)

    def product(self, entity_id: str) -> Mapping[str, Any] | None:
        """``GET /products/{entity_id}``; ``None`` where there is none."""
        try:
            return self._call("GET", _product_path(entity_id))
        except RemoteRefusedError as error:
            if error.reason != "unknown_product":
                raise
            return None

    def put_product(
        self, entity_id: str, sku: str, source: PictureSource, attributes: Mapping[str, str]
    ) -> None:
        """``PUT /products/{entity_id}``."""
        document = {"sku": sku, "attributes": dict(attributes), **_reference(source)}
        self._call("PUT", _product_path(entity_id), json=document)

    def status(self) -> Mapping[str, Any]:
        """``GET /status``."""
        return self._call("GET", "/status")

    def _call(self, method: str, path: str, **what: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as requests has it
        try:
            response = self._session.request(method, self._url + path, timeout=TIMEOUT, **what)
            answer = response.json()
        except requests.JSONDecodeError as error:
            raise RemoteUnavailableError(f"{self._url} does not answer like Lookalike.") from error
        except requests.RequestException as error:
            raise RemoteUnavailableError(f"No service answers at {self._url}.") from error
        if response.ok and isinstance(answer, dict):
            return answer
        raise _error_of(response.status_code, answer)


def _error_of(status: int, problem: Any) -> PermanentError | TransientError:  # noqa: ANN401 - any JSON
    known = problem if isinstance(problem, dict) else {}
    detail = str(known.get("detail") or known.get("message") or f"The service answers {status}.")
    if status in PASSING or status >= requests.codes.server_error:
        return RemoteUnavailableError(detail)
    return RemoteRefusedError(detail, str(known.get("code", "refused")))


def _reference(source: PictureSource) -> dict[str, str]:
    if isinstance(source, str):
        return {"image_url": source}
    return {"image_base64": base64.b64encode(source).decode()}


def _product_path(entity_id: str) -> str:
    return f"/products/{quote(entity_id, safe='')}"
