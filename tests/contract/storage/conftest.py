from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lambdas.shared.storage.embedded import EmbeddedStorage
from lambdas.shared.storage.interfaces import Storage
from lambdas.shared.storage.memory import MemoryStorage
from tests.builders import VERSION

Look = Callable[[Storage], Storage]


@pytest.fixture(params=["memory", "embedded", "embedded, reopened"])
def kind(request: pytest.FixtureRequest) -> str:
    """A kind of storage, and whether it is closed and opened again before a test looks."""
    return str(request.param)


@pytest.fixture
def storage(kind: str, tmp_path: Path) -> Iterator[Storage]:
    """An empty storage."""
    storage = MemoryStorage(VERSION) if kind == "memory" else EmbeddedStorage(tmp_path, VERSION)
    yield storage
    storage.close()


@pytest.fixture
def look(kind: str, tmp_path: Path) -> Iterator[Look]:
    """The storage to read from after writing: the same one, or the folder opened again."""
    opened: list[Storage] = []

    def reopened(storage: Storage) -> Storage:
        storage.close()
        opened.append(EmbeddedStorage(tmp_path, VERSION))
        return opened[-1]

    yield reopened if kind == "embedded, reopened" else lambda storage: storage
    for storage in opened:
        storage.close()
