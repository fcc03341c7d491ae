from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.storage import DynamodbStorage
from tests.contract.storage.moto_dynamodb import (
    StreamedVectors,
    a_client,
    a_storage,
    create_tables,
)
from tests.unit.storage.dynamodb.faults import Faults

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


@dataclass
class Clock:
    """Time that passes only in pauses."""

    now: float = 0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client() -> Iterator[DynamoDBClient]:
    """A client of empty tables."""
    with mock_aws():
        client = a_client()
        create_tables(client)
        yield client


@pytest.fixture
def vectors(client: DynamoDBClient) -> StreamedVectors:
    return StreamedVectors(client)


@pytest.fixture
def other(client: DynamoDBClient, vectors: StreamedVectors) -> DynamodbStorage:
    """The same storage, as another process uses it."""
    return a_storage(client, vectors)


@pytest.fixture(scope="session")
def own_client() -> DynamoDBClient:
    """One that only ``storage`` uses."""
    own: DynamoDBClient = a_client.__wrapped__()
    return own


@pytest.fixture
def faults(own_client: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> Faults:
    """What the calls of ``storage`` meet."""
    faults = Faults(own_client._make_api_call)  # type: ignore[attr-defined]
    monkeypatch.setattr(own_client, "_make_api_call", faults.call)
    return faults


@pytest.fixture
def storage(
    client: DynamoDBClient,  # noqa: ARG001 - there are tables
    own_client: DynamoDBClient,
    vectors: StreamedVectors,
    faults: Faults,  # noqa: ARG001 - they are met
    clock: Clock,
) -> DynamodbStorage:
    """An empty storage whose calls meet faults."""
    retries = replace(TABLE_RETRIES, sleep=clock.sleep, monotonic=clock.monotonic)
    return a_storage(own_client, vectors, retries)
