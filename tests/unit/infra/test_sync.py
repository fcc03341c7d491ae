"""What fails on the stream is tried again alone, given up in time, and kept whole."""

from __future__ import annotations

import json
import re
from graphlib import TopologicalSorter
from typing import Any

import pytest

from lookalike.storage.dynamodb.further_pictures import further_items
from lookalike.storage.dynamodb.items import product_item
from tests.builders import a_product
from tests.unit.infra.templates import Stack, listed

MAPPING = "AWS::Lambda::EventSourceMapping"
DAY = 24 * 3600


def test_should_follow_the_pictures_from_the_first_change(dev: Stack) -> None:
    assert dev.mapping("Pictures")["StartingPosition"] == "TRIM_HORIZON"


def test_should_retry_from_the_record_that_failed_and_halve_what_breaks_off(dev: Stack) -> None:
    mapping = dev.mapping("Pictures")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"]


def test_should_give_up_long_before_the_stream_forgets(dev: Stack) -> None:
    mapping = dev.mapping("Pictures")
    assert mapping["MaximumRetryAttempts"] == -1
    assert 0 < mapping["MaximumRecordAgeInSeconds"] <= DAY / 2


def test_should_keep_whole_what_was_given_up(dev: Stack) -> None:
    """S3 gets the records themselves; a queue would get their numbers alone."""
    destination = dev.mapping("Pictures")["DestinationConfig"]["OnFailure"]["Destination"]
    assert dev.words(destination) == "<Buckets/FailedRecords.Arn>"


def _of_products(stack: Stack) -> list[dict[str, Any]]:
    """The mappings of the stream of products to the function that keeps indices in step."""
    return [
        mapping
        for mapping in stack.properties(MAPPING)
        if "Tables/Products" in stack.words(mapping["EventSourceArn"])
        and "index_pictures" in stack.words(mapping["FunctionName"])
    ]


def test_should_follow_registered_products_where_something_searches_by_looks(
    dev: Stack, small: Stack
) -> None:
    [mapping] = _of_products(dev)
    filters = [json.loads(each["Pattern"]) for each in mapping["FilterCriteria"]["Filters"]]
    product = {name: {"S": [{"exists": True}]} for name in ("fingerprint_id", "state")}
    assert filters == [
        {"dynamodb": {"NewImage": product}},
        {"eventName": ["REMOVE"], "dynamodb": {"OldImage": product}},
    ]
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    assert dev.words(destination) == "<Buckets/FailedRecords.Arn>"
    assert _of_products(small) == []


def test_should_know_a_product_from_what_stands_for_its_further_pictures() -> None:
    """By attributes that are texts, which all products have, and none of these items has."""
    product = a_product(1, further=(2, 3))
    assert {"S"} == product_item(product)["fingerprint_id"].keys()
    assert {"S"} == product_item(product)["state"].keys()
    assert all("state" not in item for item in further_items(product))


def test_should_reconcile_by_schedule(dev: Stack) -> None:
    schedules = {
        dev.words(rule["Targets"][0]["Arn"]): rule["ScheduleExpression"]
        for rule in dev.properties("AWS::Events::Rule")
        if "ScheduleExpression" in rule
    }
    assert schedules == {
        "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:"
        "lookalike-dev-reconciliation": "rate(1 hour)",
        "<ServiceCheck/Function.Arn>": "rate(15 minutes)",
    }


@pytest.mark.parametrize("kind", [MAPPING, "AWS::Events::Rule", "AWS::Lambda::Alias"])
def test_should_begin_when_there_is_an_index(kind: str, dev: Stack) -> None:
    """Events are published without one, and imports end without one."""
    (prepared,) = [
        name
        for name, resource in dev.template["Resources"].items()
        if resource["Type"] == "Custom::PreparedSearch"
    ]
    asking = [
        each
        for each in dev.all(kind)
        if "Tables/Events" not in _source(dev, each) and "EventPattern" not in each["Properties"]
    ]
    assert asking
    assert all(prepared in each["DependsOn"] for each in asking)


def _source(stack: Stack, resource: dict[str, Any]) -> str:
    """The stream that a mapping follows; empty for other resources."""
    return stack.words(resource["Properties"].get("EventSourceArn", ""))


def test_should_wait_for_nothing_in_a_circle(deployed: Stack) -> None:
    """CloudFormation refuses such a template, and only when it is deployed."""
    resources = deployed.template["Resources"]
    words = {name: set(re.findall(r'"(\w+)"', json.dumps(r))) for name, r in resources.items()}
    waiting = {name: (resources.keys() & named) - {name} for name, named in words.items()}
    assert set(TopologicalSorter(waiting).static_order()) == set(resources)


def test_should_note_new_embeddings_alone_and_no_run(dev: Stack) -> None:
    statements = dev.statements("index_pictures")
    [noting] = [each for each in statements if "dynamodb:PutItem" in listed(each["Action"])]
    keys = {"dynamodb:LeadingKeys": ["#reconcile"]}
    assert noting["Condition"] == {"ForAllValues:StringEquals": keys}
