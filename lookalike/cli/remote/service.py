"""A running or deployed service, as the commands see it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from lookalike.api.compare.models import CompareAnswer
from lookalike.api.find_similar.models import CheckAnswer
from lookalike.api.products.models import ProductAnswer
from lookalike.api.status.models import StatusAnswer
from lookalike.cli.remote.connection import Connection, ServiceRetryPolicy
from lookalike.cli.remote.errors import RemoteRefusedError
from lookalike.cli.remote.uploads import MAX_SENT_BYTES, RemoteUploads
from lookalike.http.pictures import PictureSource


class RemoteService:
    """The routes of a service. Safe to call from several threads.

    Args:
        url: where the service is, without a route.
        api_key: of a deployed service.
        retry_policy: with a service that is away; little, unless given.

    Raises:
        BadParameterError: the URL is not one.
    """

    def __init__(
        self, url: str, api_key: str | None = None, retry_policy: ServiceRetryPolicy | None = None
    ) -> None:
        self._connection = Connection(url, api_key, retry_policy or ServiceRetryPolicy())
        self._uploads = RemoteUploads(self._connection)

    def check(self, source: PictureSource, top: int, min_match: float) -> CheckAnswer:
        """``POST /find_similar``."""
        parameters = {"top": top, "min_match": min_match}
        body = _body(self._uploads.sendable(source))
        answer = self._connection.call("POST", "/find_similar", params=parameters, **body)
        return self._connection.read(CheckAnswer, answer)

    def compare(self, a: PictureSource, b: PictureSource) -> CompareAnswer:
        """``POST /compare``."""
        pair = {
            name: _reference(self._uploads.sendable(source, MAX_SENT_BYTES // 2))
            for name, source in (("a", a), ("b", b))
        }
        answer = self._connection.call("POST", "/compare", json=pair)
        return self._connection.read(CompareAnswer, answer)

    def product(self, entity_id: str) -> ProductAnswer | None:
        """``GET /products/{entity_id}``; ``None`` where there is none."""
        try:
            return self._connection.read(
                ProductAnswer, self._connection.call("GET", _product_path(entity_id))
            )
        except RemoteRefusedError as error:
            if error.reason != "unknown_product":
                raise
            return None

    def put_product(
        self,
        entity_id: str,
        sku: str,
        source: PictureSource,
        attributes: Mapping[str, str],
        stored_image_url: str | None = None,
    ) -> ProductAnswer:
        """Create or replace a product (``PUT /products/{entity_id}``).

        Args:
            entity_id: of the product.
            sku: may be empty.
            source: the picture: its address, or the bytes of the file.
            attributes: of the product.
            stored_image_url: what becomes the product's ``image_url``, where that is not the
                address that the picture is read from.
        """
        document = {
            "sku": sku,
            "attributes": dict(attributes),
            **_reference(self._uploads.sendable(source)),
        }
        if stored_image_url is not None:
            document["stored_image_url"] = stored_image_url
        answer = self._connection.call("PUT", _product_path(entity_id), json=document)
        return self._connection.read(ProductAnswer, answer)

    def status(self) -> StatusAnswer:
        """``GET /status``."""
        return self._connection.read(StatusAnswer, self._connection.call("GET", "/status"))


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
