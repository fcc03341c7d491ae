"""Every route says which role it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.http.resolver import route_name
from lookalike.http.roles import ROLES
from lookalike.images.fetching.folder import FolderFetcher
from lookalike.local.http_server.concurrent_resolver import ConcurrentRestResolver, build_resolver
from lookalike.local.http_server.picture_files import picture_file_routes
from lookalike.storage.api_keys import Role
from tests.service import Parts

KEYLESS = {"GET /", "GET /assets/<name>", "GET /docs", "GET /openapi.json", "GET /health"}


@pytest.fixture
def resolver(parts: Parts, tmp_path: Path) -> ConcurrentRestResolver:
    """All routes that a service may have."""
    pictures = picture_file_routes(FolderFetcher(tmp_path))
    return build_resolver([*parts.routers(), pictures], "0.1.0")


def test_every_route_has_a_role_and_no_other_has(resolver: ConcurrentRestResolver) -> None:
    """A new route has to be added to ``ROLES``."""
    routes = resolver._static_routes + resolver._dynamic_routes
    assert {f"{route.method} {route.path}" for route in routes} == ROLES.keys()


def test_only_pages_the_contract_and_health_need_no_key() -> None:
    assert {route for route, role in ROLES.items() if role is None} == KEYLESS


def test_whoever_may_only_read_changes_nothing() -> None:
    asking = {
        *("POST /find_similar", "POST /find_similar/batch", "POST /compare", "POST /search"),
        "POST /import_previews",
    }
    for route, role in ROLES.items():
        assert role is not Role.READ or route.startswith("GET ") or route in asking


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/", "GET /"),
        ("HEAD", "/health", "GET /health"),
        ("GET", "/health/", "GET /health"),
        ("GET", "/find_similar/", "GET /find_similar"),
        ("PUT", "/products/a%2Fb", "PUT /products/<entity_id>"),
        ("GET", "/pictures/a/b.jpg", "GET /pictures/.+"),
        ("POST", "/health", None),
        ("GET", "/nope", None),
        ("GET", "/health/../products", None),
    ],
)
def test_the_route_of_a_request_is_the_one_that_answers_it(
    resolver: ConcurrentRestResolver, method: str, path: str, name: str | None
) -> None:
    assert route_name(resolver, method, path) == name
