"""The scheduled reconciliation of table and index, and the status that follows from it."""

from __future__ import annotations

import time
from collections.abc import Mapping

import boto3
import pytest

from tests.e2e.conftest import Index
from tests.e2e.deployment import Deployment
from tests.e2e.service import Api, matches, sample, wait_until

pytestmark = pytest.mark.timeout(1800)

STRANGE = "0" * 32
"""The id of a picture that is in the index only."""


def _register_an_hour_ago(deployment: Deployment, fingerprint_id: str) -> None:
    """What has just been registered does not count: it may still be on its way."""
    boto3.client("dynamodb").update_item(
        TableName=deployment.outputs["PicturesTable"],
        Key={"fingerprint_id": {"S": fingerprint_id}},
        UpdateExpression="SET last_seen = :then",
        ExpressionAttributeValues={":then": {"N": str(int(time.time()) - 3600)}},
    )


def test_should_repair_both_ways_and_tell(
    api: Api, deployment: Deployment, index: Index, registered: Mapping[str, str]
) -> None:
    entry = sample()[50]
    lost = registered[entry.entity_id]
    _register_an_hour_ago(deployment, lost)
    document = index.take(lost)
    index.put(STRANGE, {**document, "fingerprint_id": STRANGE})

    found = deployment.invoke("reconcile_index")

    assert found["finished_at"] is not None
    assert (found["behind"], found["ahead"], found["unrepaired"]) == (1, 1, 0)
    index.wait(lost, there=True)
    index.wait(STRANGE, there=False)
    done = api.request("POST", "/find_similar", data=entry.photograph,
                       headers={"Content-Type": "image/jpeg"})  # fmt: skip
    assert [match[0] for match in matches(done)] == [entry.entity_id]
    shown = api.request("GET", "/status").json()["index"]
    assert (shown["behind"], shown["ahead"], shown["fresh"]) == (1, 1, False)


def test_should_find_nothing_to_repair_where_nothing_differs(
    api: Api, deployment: Deployment, index: Index, registered: Mapping[str, str]
) -> None:
    found = deployment.invoke("reconcile_index")
    shown = api.request("GET", "/status").json()
    assert (found["behind"], found["ahead"]) == (0, 0)
    assert shown["products"] == len(registered) or deployment.is_shared
    assert shown["pictures"] == found["pictures"] >= len(set(registered.values()))
    assert shown["index"]["fresh"] is True
    wait_until(  # how many can be searched is good for a minute
        lambda: api.request("GET", "/status").json()["index"]["pictures"] == index.count(),
        "status shows what can be searched",
    )
