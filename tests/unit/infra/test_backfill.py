"""A cluster for backfills is a stack of its own, off by default, with the least role."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from infra.environments import DEV, Backfill, Network
from tests.unit.infra.conftest import Synth
from tests.unit.infra.templates import Stack

NAME = "Lookalike-dev-backfill"
PLACE = Network(
    vpc="vpc-0a1b2c3d4e5f60718", cidr="10.0.0.0/16", subnets=("subnet-0a1b2c3d4e5f60718",)
)


@pytest.fixture(scope="module")
def backfill(synth: Synth) -> Stack:
    return synth(
        replace(
            DEV,
            backfill=Backfill(cores=100, gib_of_core=8),
            network=PLACE,
            filled_from="s3://backfills/output/",
        )
    )


def _resources(stack: Stack, kind: str) -> list[dict[str, Any]]:
    found = stack.templates[NAME]["Resources"].values()
    return [each["Properties"] for each in found if each["Type"] == kind]


def test_should_be_off_by_default(dev: Stack) -> None:
    assert NAME not in dev.templates
    assert "ImportSourceSpecification" not in json.dumps(dev.templates)


def test_should_have_no_findings(backfill: Stack) -> None:
    assert backfill.messages == []


def test_should_cost_nothing_when_idle_and_be_limited(backfill: Stack) -> None:
    [application] = _resources(backfill, "AWS::EMRServerless::Application")
    assert application["AutoStopConfiguration"] == {"Enabled": True, "IdleTimeoutMinutes": 15}
    assert application["MaximumCapacity"] == {
        "Cpu": "100 vCPU",
        "Memory": "800 GB",
        "Disk": "2000 GB",
    }
    assert (application["Architecture"], application["Type"]) == ("ARM64", "SPARK")
    assert "InitialCapacity" not in application


def test_should_reach_the_web_through_the_network(backfill: Stack) -> None:
    [application] = _resources(backfill, "AWS::EMRServerless::Application")
    assert application["NetworkConfiguration"]["SubnetIds"] == list(PLACE.subnets)


def test_should_let_jobs_use_their_bucket_and_nothing_else(backfill: Stack) -> None:
    """Neither tables nor requests to the index: that takes the role of its administrator."""
    [role] = _resources(backfill, "AWS::IAM::Role")
    [policy] = role["Policies"]
    wanted = [statement["Action"] for statement in policy["PolicyDocument"]["Statement"]]
    actions = {name for each in wanted for name in ([each] if isinstance(each, str) else each)}
    assert {action.partition(":")[0] for action in actions} == {"s3", "sts", "logs"}
    assert not [action for action in actions if "*" in action]
    trusted = role["AssumeRolePolicyDocument"]["Statement"][0]
    assert trusted["Principal"] == {"Service": "emr-serverless.amazonaws.com"}
    assert "aws:SourceAccount" in json.dumps(trusted["Condition"])


def test_should_create_tables_from_the_output_of_a_backfill(backfill: Stack) -> None:
    found = backfill.templates["Lookalike-dev-data"]["Resources"].values()
    sources = [
        each["Properties"]["ImportSourceSpecification"]
        for each in found
        if "ImportSourceSpecification" in each.get("Properties", {})
    ]
    assert [source["S3BucketSource"]["S3KeyPrefix"] for source in sources] == [
        "output/dynamodb/products/",
        "output/dynamodb/pictures/",
    ]
    assert {source["InputCompressionType"] for source in sources} == {"GZIP"}
    assert {source["InputFormat"] for source in sources} == {"DYNAMODB_JSON"}
