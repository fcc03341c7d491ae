"""Fixtures of the unit tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from lookalike.http.contract import document
from lookalike.http.pages import page_routes
from lookalike.http.resolver import with_routes
from lookalike.local.http_server.concurrent_resolver import ConcurrentRestResolver
from tests.service import Client, Parts, some_parts

SLOW = (
    "api/uploads",
    "evaluation",
    "fingerprint/test_large_jpegs.py",
    "infra",
    "lambdas",
    "scripts/benchmarks",
    "scripts/classifier",
    "scripts/soak",
    "storage/dynamodb",
    "sync",
    "test_imports.py",
)
"""What `make unit` leaves out: an emulated AWS, templates of the deployment, evaluations, which
import scikit-learn, and other processes. Tests that sweep the whole sample have the mark."""
_UNIT = Path(__file__).parent
_SLOW = tuple(str(_UNIT / name) for name in SLOW)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what is slow where it is left out."""
    is_left_out = config.option.markexpr == "not slow" and str(collection_path).startswith(_SLOW)
    return is_left_out or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow."""
    for item in items:
        if str(item.path).startswith(_SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def parts() -> Iterator[Parts]:
    """A service on fakes and memory."""
    with some_parts() as made:
        yield made


@pytest.fixture
def client(parts: Parts) -> Client:
    """Asks that service, one request at a time: each prepares its own route alone, as in Lambda."""
    resolver = ConcurrentRestResolver()
    pages = page_routes(lambda: document(resolver, "0.1.0"))
    return Client(with_routes(resolver, [*parts.routers(), pages]))


@pytest.fixture(scope="session")
def photos(sample_pictures: tuple[Path, ...]) -> tuple[Image.Image, ...]:
    """Some photographs of the sample catalogue."""
    return tuple(Image.open(path).convert("RGB") for path in sample_pictures[:120:29])
