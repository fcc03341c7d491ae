"""Checks that the whole service works: registers a picture, finds an edited copy, deletes it."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

import boto3
import urllib3
from PIL import Image, ImageOps

from lookalike.aws.made_pictures import generated_jpeg
from lookalike.aws.own_product import ENTITY_ID
from lookalike.errors import StorageUnavailableError

SERVICE_URL = "LOOKALIKE_SERVICE_URL"
API_KEY_ID = "LOOKALIKE_API_KEY_ID"
"""Environment variables: the address of the service, and the id of the key to ask with."""
FOUND_AFTER = "FoundAfterSeconds"
"""The metric of a check that succeeded: seconds from the registration to the first match."""
_PATIENCE_SECONDS = 120.0
"""The stream reaches the index within seconds, and within twenty more after a sleep."""
_PAUSE_SECONDS = 2.0
_TIMEOUT_SECONDS = 29.0
"""As long as the gateway itself waits."""


class ServiceBrokenError(StorageUnavailableError):
    """The service did not do what a caller asked for."""

    code = "service_broken"
    title = "Service broken"


@dataclass(frozen=True, slots=True)
class ServiceCheck:
    """One use of the service, from the first request to the last.

    Attributes:
        url: address of the service.
        key: the API key to ask with.
        sleep: waits for a number of seconds.
        monotonic: a clock that never runs backwards.
    """

    url: str
    key: str
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def run(self) -> float:
        """Seconds from the registration of a new picture until an edited copy of it is found.

        The copy is another picture than the registered one, so that only the index can find it.

        Raises:
            ServiceBrokenError: a request failed, or the copy was not found in time.
        """
        picture = generated_jpeg(secrets.randbits(32))
        try:
            self._request("PUT", f"/products/{ENTITY_ID}", {**_sent(picture), "sku": ENTITY_ID})
            return self._found_after(edited(picture))
        finally:
            self._request("DELETE", f"/products/{ENTITY_ID}")

    def _found_after(self, copy: bytes) -> float:
        begun = self.monotonic()
        while True:
            answer = self._request("POST", "/find_similar?top=3", _sent(copy))
            passed = self.monotonic() - begun
            if any(match["entity_id"] == ENTITY_ID for match in answer["matches"]):
                return passed
            if passed > _PATIENCE_SECONDS:
                raise ServiceBrokenError(
                    f"What was registered {passed:.0f} seconds ago is not found."
                )
            self.sleep(_PAUSE_SECONDS)

    def _request(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        try:
            answer = urllib3.request(
                method,
                self.url.rstrip("/") + path,
                body=None if body is None else json.dumps(body).encode(),
                headers={"x-api-key": self.key, "Content-Type": "application/json"},
                timeout=_TIMEOUT_SECONDS,
                retries=urllib3.Retry(3, backoff_factor=1, status_forcelist=_LATER),
            )
        except urllib3.exceptions.HTTPError as error:
            raise ServiceBrokenError(f"{method} {path}: {type(error).__name__}.") from error
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise ServiceBrokenError(f"{method} {path} is answered {answer.status}.")
        return answer.json() if answer.data else None


_LATER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def edited(picture: bytes) -> bytes:
    """A copy of a JPEG, cropped by a twentieth on each side and compressed anew."""
    file = BytesIO()
    with Image.open(BytesIO(picture)) as opened:
        ImageOps.crop(opened, opened.width // 20).save(file, "JPEG", quality=70)
    return file.getvalue()


def read_api_key(key_id: str) -> str:
    """The API key of that id, which is in no setting.

    Raises:
        botocore.exceptions.ClientError: API Gateway refuses to show it.
    """
    return boto3.client("apigateway").get_api_key(apiKey=key_id, includeValue=True)["value"]


def _sent(picture: bytes) -> dict[str, str]:
    return {"image_base64": base64.b64encode(picture).decode()}
