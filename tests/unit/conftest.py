"""Fixtures of the unit tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.local.application import resolver
from tests.service import Client, Parts, some_parts


@pytest.fixture
def parts() -> Iterator[Parts]:
    """A service on fakes and memory."""
    with some_parts() as made:
        yield made


@pytest.fixture
def client(parts: Parts) -> Client:
    """Asks that service."""
    return Client(resolver(parts.routers(), "0.1.0"))
