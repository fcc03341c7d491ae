"""The routes of the API: method, path, function, and what the gateway validates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from pydantic import BaseModel

from infra.capacity import PAGES_PER_SECOND, Load
from lookalike.api.compare.models import CompareRequest
from lookalike.api.decisions.models import DecisionRequest
from lookalike.api.find_similar.models import MAX_QUERIES, BatchRequest
from lookalike.api.imports.catalogue_requests import RAW_TYPES
from lookalike.api.products.models import ProductRequest
from lookalike.api.uploads.models import UploadRequest


class Limit(StrEnum):
    """What limits how often a route is asked for, by all callers together."""

    PAGE = "page"
    SEARCH = "search"
    COMPARISON = "comparison"
    REQUEST = "request"

    def rate(self, load: Load) -> float:
        """Requests a second under that load; searches, of all methods that search together."""
        return {
            Limit.PAGE: PAGES_PER_SECOND,
            Limit.SEARCH: load.checks_per_second,
            Limit.COMPARISON: load.checks_per_second,
            Limit.REQUEST: load.registrations_per_second,
        }[self]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path.

    Attributes:
        method: HTTP method.
        path: path below the stage, with parameters in braces.
        function: name of the function that answers.
        needs_key: whether the request needs an API key.
        query: required query parameters.
        body: the model of a JSON body; ``None`` where the body may be something else.
        limit: what limits it; ``None`` for that of a page or of a request, by its key.
        share: its share of that limit.
        searches: searches in the index that a request takes at most, each of which counts.
    """

    method: str
    path: str
    function: str
    needs_key: bool = True
    query: tuple[str, ...] = field(default=())
    body: type[BaseModel] | None = None
    limit: Limit | None = None
    share: float = 1
    searches: int = 1

    @property
    def limited_as(self) -> Limit:
        """What limits it. Whoever has no key can hardly spend anything."""
        return self.limit or (Limit.REQUEST if self.needs_key else Limit.PAGE)

    def rate(self, load: Load) -> float:
        """Requests a second under that load."""
        return self.limited_as.rate(load) * self.share / self.searches


FURTHER_SHARE = 0.1
"""The share of searches that methods make which are not limited as such: checks of products that
arrive, and second searches of checks. Functions count them."""


def _searching(share: float, route: Route) -> Route:
    """A route that searches the index; the shares of all of them and the further one make 1."""
    return replace(route, limit=Limit.SEARCH, share=share)


ROUTES = (
    # A browser opens pages without a key; the requests of these pages need one.
    Route("GET", "/", "find_similar", needs_key=False),
    Route("GET", "/assets/{name}", "find_similar", needs_key=False),
    Route("GET", "/docs", "find_similar", needs_key=False),
    Route("GET", "/openapi.json", "find_similar", needs_key=False),
    Route("GET", "/health", "find_similar", needs_key=False),
    Route("GET", "/status", "find_similar"),
    _searching(0.2, Route("GET", "/find_similar", "find_similar", query=("image_url",))),
    _searching(0.3, Route("POST", "/find_similar", "find_similar")),
    _searching(
        0.2,
        Route(
            "POST",
            "/find_similar/batch",
            "find_similar",
            body=BatchRequest,
            searches=MAX_QUERIES,
        ),
    ),
    _searching(0.1, Route("GET", "/search", "find_similar")),
    _searching(0.1, Route("POST", "/search", "find_similar")),
    Route("POST", "/uploads", "find_similar", body=UploadRequest),
    Route("POST", "/compare", "find_similar", body=CompareRequest, limit=Limit.COMPARISON),
    Route("GET", "/imports", "manage_products"),
    Route("POST", "/imports", "manage_products"),
    Route("POST", "/import_previews", "find_similar"),
    Route("GET", "/imports/{import_id}", "manage_products"),
    Route("DELETE", "/imports/{import_id}", "manage_products"),
    Route("POST", "/imports/{import_id}/resume", "manage_products"),
    Route("GET", "/imports/{import_id}/failures", "manage_products"),
    Route("POST", "/duplicates", "manage_products"),
    Route("GET", "/duplicates/{run_id}", "manage_products"),
    Route("DELETE", "/duplicates/{run_id}", "manage_products"),
    Route("GET", "/duplicates/{run_id}/groups", "manage_products"),
    Route("GET", "/metrics", "find_similar"),
    Route("GET", "/events", "find_similar"),
    Route("GET", "/thumbnails", "find_similar", query=("id",)),
    Route("GET", "/products", "manage_products"),
    Route("PUT", "/products/{entity_id}", "manage_products", body=ProductRequest),
    Route("GET", "/products/{entity_id}", "manage_products"),
    Route("DELETE", "/products/{entity_id}", "manage_products"),
    Route("PUT", "/decisions", "manage_products", body=DecisionRequest),
    Route("GET", "/decisions", "manage_products"),
    Route("DELETE", "/decisions/{decision_id}", "manage_products"),
)
BINARY = ("image/*", "multipart/form-data", "text/csv", *RAW_TYPES)
"""Types of bodies that the gateway passes on as bytes."""
