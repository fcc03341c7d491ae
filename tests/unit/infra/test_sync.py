"""What fails on the stream is tried again alone, given up in time, and kept whole."""

from __future__ import annotations

import json
import re
from graphlib import TopologicalSorter

import pytest

from tests.unit.infra.templates import Stack

MAPPING = "AWS::Lambda::EventSourceMapping"
DAY = 24 * 3600


def test_should_follow_the_pictures_from_the_first_change(dev: Stack) -> None:
    mapping = dev.the(MAPPING)
    assert dev.words(mapping["EventSourceArn"]) == "<Tables/Pictures.StreamArn>"
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_should_retry_from_the_record_that_failed_and_halve_what_breaks_off(dev: Stack) -> None:
    mapping = dev.the(MAPPING)
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"]


def test_should_give_up_long_before_the_stream_forgets(dev: Stack) -> None:
    mapping = dev.the(MAPPING)
    assert mapping["MaximumRetryAttempts"] == -1
    assert 0 < mapping["MaximumRecordAgeInSeconds"] <= DAY / 2


def test_should_keep_whole_what_was_given_up(dev: Stack) -> None:
    """S3 gets the records themselves; a queue would get their numbers alone."""
    destination = dev.the(MAPPING)["DestinationConfig"]["OnFailure"]["Destination"]
    assert dev.words(destination) == "<Buckets/FailedRecords.Arn>"


def test_should_reconcile_by_schedule(dev: Stack) -> None:
    schedules = {
        dev.words(rule["Targets"][0]["Arn"]): rule["ScheduleExpression"]
        for rule in dev.properties("AWS::Events::Rule")
    }
    assert schedules == {
        "<Functions/reconcile_index.Arn>": "rate(1 hour)",
        "<ServiceCheck/Function.Arn>": "rate(15 minutes)",
    }


@pytest.mark.parametrize("kind", [MAPPING, "AWS::Events::Rule", "AWS::Lambda::Alias"])
def test_should_begin_when_there_is_an_index(kind: str, dev: Stack) -> None:
    (prepared,) = [
        name
        for name, resource in dev.template["Resources"].items()
        if resource["Type"] == "Custom::PreparedSearch"
    ]
    assert dev.all(kind)
    for asking in dev.all(kind):
        assert prepared in asking["DependsOn"]


def test_should_wait_for_nothing_in_a_circle(deployed: Stack) -> None:
    """CloudFormation refuses such a template, and only when it is deployed."""
    resources = deployed.template["Resources"]
    words = {name: set(re.findall(r'"(\w+)"', json.dumps(r))) for name, r in resources.items()}
    waiting = {name: (resources.keys() & named) - {name} for name, named in words.items()}
    assert set(TopologicalSorter(waiting).static_order()) == set(resources)
