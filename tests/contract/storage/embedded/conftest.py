from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "of the shop"


@pytest.fixture
def storage(folder: Path) -> Iterator[EmbeddedStorage]:
    storage = EmbeddedStorage(folder, VERSION)
    yield storage
    storage.close()
