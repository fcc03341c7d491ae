"""What a deployment says of itself."""

from __future__ import annotations

import pytest
from aws_lambda_powertools import Metrics

from lambdas.find_similar import handler, wiring
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.stores import dynamodb_client
from lookalike.fingerprint.network import Network
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.sync.reconciliation_state import ReconciliationState
from tests.contract.storage.moto_dynamodb import NAMES
from tests.unit.lambdas.calls import asked


class Clock:
    """Stands still until it is set."""

    now = 0.0

    def time(self) -> float:
        """Seconds since the epoch."""
        return self.now


@pytest.mark.usefixtures("deployed")
def test_should_count_uptime_from_the_first_request_of_any_kind(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function may be restored from a snapshot that was taken long before."""
    monkeypatch.setattr(Network, "load", lambda: network)
    monkeypatch.setattr(OpenSearchVectors, "count", lambda _self: 0)
    monkeypatch.setattr(wiring, "time", clock := Clock())
    compared = ReconciliationState(version="1", started_at=1.0, finished_at=2.0)
    DynamodbReconciliationStore(dynamodb_client(), NAMES.imports).save(compared)
    checks = handler._build(Metrics(namespace="any"))
    clock.now = 1_000_000.0
    assert asked(checks, "GET", "/health").status == 200
    clock.now += 30.0
    assert asked(checks, "GET", "/status").json["uptime_seconds"] == 30.0
