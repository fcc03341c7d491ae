"""The routes of a running or deployed service, as methods."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from pydantic import RootModel

from lookalike.api.compare.models import CompareAnswer
from lookalike.api.decisions.models import DecisionAnswer, DecisionRequest, DecisionsAnswer
from lookalike.api.duplicates.models import DuplicatesAnswer, GroupsAnswer
from lookalike.api.find_similar.models import CheckAnswer
from lookalike.api.products.models import ProductAnswer, ProductsAnswer
from lookalike.api.products.service import ImageDescription, ProductDescription
from lookalike.api.search.models import SearchAnswer
from lookalike.api.status.models import DeployedStatusAnswer, StatusAnswer
from lookalike.cli.remote.connection import Connection, ServiceRetryPolicy
from lookalike.cli.remote.errors import RemoteRefusedError
from lookalike.cli.remote.uploads import MAX_SENT_BYTES, RemoteUploads
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.fingerprint.fingerprint_json import fingerprint_to_json
from lookalike.http.pictures import PictureSource
from lookalike.matching.check import CheckOptions
from lookalike.matching.effort import Effort
from lookalike.pictures import Fingerprint
from lookalike.search.options import SearchOptions
from lookalike.storage.decisions import DecisionFilter
from lookalike.storage.listing import ProductFilter


class RemoteService:
    """Sends requests to a service and reads its answers. Safe to call from several threads.

    Args:
        url: where the service is, without a route.
        api_key: of a deployed service.
        retry_policy: for a service that is away; by default one retry.
        on_duplicate: let it check products before it stores them, and do this if another one shows
            the same photograph; ``None``: nothing is checked.

    Raises:
        BadParameterError: the URL is not one.
    """

    def __init__(
        self,
        url: str,
        api_key: str | None = None,
        retry_policy: ServiceRetryPolicy | None = None,
        on_duplicate: OnDuplicate | None = None,
    ) -> None:
        self._connection = Connection(url, api_key, retry_policy or ServiceRetryPolicy())
        self._uploads = RemoteUploads(self._connection)
        self.on_duplicate = on_duplicate

    def check(self, source: PictureSource, options: CheckOptions) -> CheckAnswer:
        """Check a picture (``POST /find_similar``)."""
        parameters = {
            "top": options.top,
            "min_match": options.min_match,
            "exclude_entity_id": sorted(options.exclude_entity_ids),
            "exclude_sku": sorted(options.exclude_skus),
            "filter": _filters(options.attributes),
            **_named(options.effort),
        }
        body = _body(self._uploads.sendable(source))
        answer = self._connection.call("POST", "/find_similar", params=parameters, **body)
        return self._connection.read(CheckAnswer, answer)

    def search(self, source: PictureSource, options: SearchOptions) -> SearchAnswer:
        """Search by looks (``POST /search``)."""
        parameters = {
            "top": options.top,
            "model": options.model,
            "filter": _filters(options.attributes),
            "diversify": options.diversify,
        }
        body = _body(self._uploads.sendable(source))
        answer = self._connection.call("POST", "/search", params=parameters, **body)
        return self._connection.read(SearchAnswer, answer)

    def compare(
        self, a: PictureSource, b: PictureSource, effort: Effort = Effort.NORMAL
    ) -> CompareAnswer:
        """Compare two pictures (``POST /compare``)."""
        pair = {
            name: _reference(self._uploads.sendable(source, MAX_SENT_BYTES // 2))
            for name, source in (("a", a), ("b", b))
        }
        answer = self._connection.call("POST", "/compare", json=pair | _named(effort))
        return self._connection.read(CompareAnswer, answer)

    def product(self, entity_id: str) -> ProductAnswer | None:
        """Read a product (``GET /products/{entity_id}``); ``None`` if there is none."""
        try:
            return self._connection.read(
                ProductAnswer, self._connection.call("GET", _product_path(entity_id))
            )
        except RemoteRefusedError as error:
            if error.reason != "unknown_product":
                raise
            return None

    def put_product(self, entity_id: str, product: ProductDescription) -> ProductAnswer:
        """Create or replace a product (``PUT /products/{entity_id}``)."""
        described = {"sku": product.sku, "attributes": dict(product.attributes)}
        most = MAX_SENT_BYTES // len(product.images)
        images = [self._image(image, most) for image in product.images]
        document = described | (images[0] if len(images) == 1 else {"images": images})
        parameters = {"on_refused_image": "leave_out"} if product.leaves_out else {}
        if self.on_duplicate:
            parameters |= {"check": "true", "on_duplicate": self.on_duplicate.value}
        answer = self._connection.call(
            "PUT", _product_path(entity_id), params=parameters, json=document
        )
        return self._connection.read(ProductAnswer, answer)

    def _image(self, image: ImageDescription, most: int) -> dict[str, str]:
        address = image.stored_image_url
        stored = {} if address is None else {"stored_image_url": address}
        if isinstance(image.source, Fingerprint):
            return {"fingerprint_json": fingerprint_to_json(image.source), **stored}
        return _reference(self._uploads.sendable(image.source, most)) | stored

    def delete_product(self, entity_id: str) -> bool:
        """Delete a product (``DELETE /products/{entity_id}``); whether it was there."""
        try:
            self._connection.call("DELETE", _product_path(entity_id))
        except RemoteRefusedError as error:
            if error.reason != "unknown_product":
                raise
            return False
        return True

    def start_duplicates(self, min_match: float, keep: Sequence[str]) -> DuplicatesAnswer:
        """Begin to search for all duplicates (``POST /duplicates``)."""
        parameters = {"min_match": min_match, "keep": list(keep)}
        answer = self._connection.call("POST", "/duplicates", params=parameters)
        return self._connection.read(DuplicatesAnswer, answer)

    def duplicates(self, run_id: str) -> DuplicatesAnswer:
        """Read the progress of a search (``GET /duplicates/{id}``)."""
        answer = self._connection.call("GET", f"/duplicates/{quote(run_id, safe='')}")
        return self._connection.read(DuplicatesAnswer, answer)

    def duplicate_groups(self, run_id: str, cursor: str, *, thumbnails: bool) -> GroupsAnswer:
        """Read a page of groups (``GET /duplicates/{id}/groups``)."""
        parameters = {"cursor": cursor, "thumbnails": str(thumbnails).lower()}
        path = f"/duplicates/{quote(run_id, safe='')}/groups"
        answer = self._connection.call("GET", path, params=parameters)
        return self._connection.read(GroupsAnswer, answer)

    def put_decision(self, decision: DecisionRequest) -> DecisionAnswer:
        """Decide about two products (``PUT /decisions``)."""
        document = decision.model_dump(mode="json", exclude_unset=True)
        answer = self._connection.call("PUT", "/decisions", json=document)
        return self._connection.read(DecisionAnswer, answer)

    def decisions(self, wanted: DecisionFilter, cursor: str, limit: int) -> DecisionsAnswer:
        """Read a page of decisions (``GET /decisions``)."""
        conditions = {"entity_id": wanted.entity_id, "decision": wanted.kind, "limit": limit}
        parameters = conditions | {"cursor": cursor or None}
        answer = self._connection.call("GET", "/decisions", params=parameters)
        return self._connection.read(DecisionsAnswer, answer)

    def delete_decision(self, decision_id: str) -> None:
        """Undo a decision (``DELETE /decisions/{id}``)."""
        self._connection.call("DELETE", f"/decisions/{quote(decision_id, safe='')}")

    def products(
        self, wanted: ProductFilter, cursor: str, limit: int, *, with_fingerprints: bool = False
    ) -> ProductsAnswer:
        """Read a page of products (``GET /products``)."""
        conditions = {
            "filter": _filters(wanted.attributes),
            "sku": wanted.sku,
            "q": wanted.text or None,
            "cursor": cursor or None,
            "fingerprints": "true" if with_fingerprints else None,
        }
        answer = self._connection.call("GET", "/products", params=conditions | {"limit": limit})
        return self._connection.read(ProductsAnswer, answer)

    def status(self) -> DeployedStatusAnswer | StatusAnswer:
        """Read counts and versions (``GET /status``); a deployment says how old they are."""
        answer = self._connection.call("GET", "/status")
        return self._connection.read(_Status, answer).root


class _Status(RootModel[DeployedStatusAnswer | StatusAnswer]):
    """The status of a deployment, or of one machine."""


def _filters(attributes: Iterable[tuple[str, str]]) -> list[str]:
    """Attributes as the parameter ``filter`` has them."""
    return [f"{name}:{value}" for name, value in sorted(attributes)]


def _named(effort: Effort) -> dict[str, Any]:
    """The parameter of an effort, unless it is the default: older services do not know it."""
    return {} if effort is Effort.NORMAL else {"effort": effort.value}


def _body(source: PictureSource) -> dict[str, Any]:
    """Send bytes as they are: in base64, a large picture would exceed the limit of a request."""
    if isinstance(source, str):
        return {"json": _reference(source)}
    return {"data": source, "headers": {"Content-Type": "application/octet-stream"}}


def _reference(source: PictureSource) -> dict[str, str]:
    if isinstance(source, str):
        return {"image_url": source}
    return {"image_base64": base64.b64encode(source).decode()}


def _product_path(entity_id: str) -> str:
    return f"/products/{quote(entity_id, safe='')}"
