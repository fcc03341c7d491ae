"""Fixtures of the unit tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from lookalike.local.http_server.concurrent_resolver import build_resolver
from tests.service import Client, Parts, some_parts
from tests.unit.aws import aws, deployed, dynamodb, failed_records, s3

SLOW = (
    "api/uploads",
    "evaluation/answers",
    "evaluation/edits",
    "evaluation/methods",
    "evaluation/report",
    "evaluation/test_benchmark.py",
    "evaluation/test_notebook.py",
    "infra",
    "lambdas",
    "storage/dynamodb",
    "sync",
)
"""What `make unit` leaves out: an emulated AWS, templates of the deployment, evaluations."""
_UNIT = Path(__file__).parent

__all__ = ["aws", "client", "deployed", "dynamodb", "failed_records", "parts", "s3"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow."""
    folders = tuple(str(_UNIT / name) for name in SLOW)
    for item in items:
        if str(item.path).startswith(folders):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def parts() -> Iterator[Parts]:
    """A service on fakes and memory."""
    with some_parts() as made:
        yield made


@pytest.fixture
def client(parts: Parts) -> Client:
    """Asks that service."""
    return Client(build_resolver(parts.routers(), "0.1.0"))


@pytest.fixture(scope="session")
def photos(sample_pictures: tuple[Path, ...]) -> tuple[Image.Image, ...]:
    """Some photographs of the sample catalogue."""
    return tuple(Image.open(path).convert("RGB") for path in sample_pictures[:120:29])
