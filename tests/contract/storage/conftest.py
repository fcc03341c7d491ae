from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.interfaces import Storage
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.storage.sqlite.encryption import KEY_BYTES
from lookalike.storage.sqlite.storage import EmbeddedStorage
from tests.builders import VERSION
from tests.contract.storage.moto_dynamodb import (
    StreamedVectors,
    a_client,
    a_storage,
    create_tables,
)

Reopen = Callable[[Storage], Storage]

IN_STEP = ("memory", "embedded", "embedded, reopened", "encrypted, reopened")
"""The kinds that write vectors and truth in one transaction, which others see as a whole."""


@pytest.fixture(params=[*IN_STEP, "dynamodb"])
def kind(request: pytest.FixtureRequest) -> str:
    """A kind of storage, and whether it is closed and reopened before a test reads."""
    return str(request.param)


@pytest.fixture
def storage(kind: str, tmp_path: Path) -> Iterator[Storage]:
    """An empty storage."""
    if kind == "dynamodb":
        with mock_aws():
            client = a_client()
            create_tables(client)
            yield a_storage(client, StreamedVectors(client))
        return
    storage = MemoryStorage(VERSION) if kind == "memory" else _embedded(tmp_path, kind)
    yield storage
    storage.close()


@pytest.fixture
def reopen(kind: str, tmp_path: Path) -> Iterator[Reopen]:
    """The storage to read from after writing: the same one, or what another process would open."""
    opened: list[Storage] = []

    def reopened(storage: Storage) -> Storage:
        if isinstance(storage, DynamodbStorage) and isinstance(storage.vectors, StreamedVectors):
            return a_storage(a_client(), storage.vectors)
        storage.close()
        opened.append(_embedded(tmp_path, kind))
        return opened[-1]

    yield reopened if kind not in {"memory", "embedded"} else lambda storage: storage
    for storage in opened:
        storage.close()


def _embedded(folder: Path, kind: str) -> EmbeddedStorage:
    key = bytes(KEY_BYTES) if kind.startswith("encrypted") else None
    return EmbeddedStorage(folder, VERSION, key=key)
