"""What tests of loading share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION


@pytest.fixture
def storage() -> Iterator[MemoryStorage]:
    """In memory and empty."""
    with closing(MemoryStorage(VERSION)) as storage:
        yield storage
