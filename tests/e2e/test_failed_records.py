"""A stream record that cannot be applied waits in the bucket until an operator replays it."""

from __future__ import annotations

import boto3
import pytest

from tests.e2e.deployment import Deployment
from tests.e2e.service import wait_until
from tests.integration.processes import lookalike

pytestmark = pytest.mark.timeout(1800)

DAMAGED = {"fingerprint_id": {"S": "f" * 32}}
"""A picture of which nothing but its id is left."""


def test_should_be_kept_and_replayed(deployment: Deployment) -> None:
    table = deployment.outputs["PicturesTable"]
    bucket = deployment.outputs["FailedRecordsBucket"]
    tables, files = boto3.client("dynamodb"), boto3.client("s3")

    def is_kept() -> bool:
        return files.list_objects_v2(Bucket=bucket)["KeyCount"] > 0

    tables.put_item(TableName=table, Item=DAMAGED)
    wait_until(is_kept, "the record is kept")
    again = lookalike("replay", "--stack", deployment.stack)
    assert (again.code, is_kept()) == (3, True), "it is as damaged as before"

    tables.delete_item(TableName=table, Key=DAMAGED)
    healed = lookalike("replay", "--stack", deployment.stack)
    assert (healed.code, is_kept()) == (0, False), healed.output
