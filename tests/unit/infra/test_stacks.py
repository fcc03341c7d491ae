"""Data, search service and code are stacks of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from infra.environments import DEV
from tests.unit.infra.conftest import Synth
from tests.unit.infra.templates import Stack

DATA, SEARCH, CODE = "Lookalike-dev-data", "Lookalike-dev-search", "Lookalike-dev"


def _kinds(template: Mapping[str, Any]) -> set[str]:
    return {resource["Type"] for resource in template["Resources"].values()}


def test_should_be_deployed_in_the_order_of_what_needs_what(dev: Stack) -> None:
    assert list(dev.templates) == [DATA, SEARCH, CODE]
    assert "Fn::ImportValue" not in json.dumps(dev.templates[DATA])
    assert f"{CODE}:" not in json.dumps(dev.templates[SEARCH])


def test_should_keep_functions_away_from_data_and_domain(deployed: Stack) -> None:
    data, search, code = map(_kinds, deployed.templates.values())
    assert {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::IAM::Role"} <= data
    assert "AWS::OpenSearchService::Domain" in search
    assert "AWS::Lambda::Function" not in data | search
    assert not {"AWS::DynamoDB::Table", "AWS::OpenSearchService::Domain"} & code


def test_should_deploy_settings_of_functions_beside_a_changing_domain(
    synth: Synth, dev: Stack
) -> None:
    again = synth(replace(DEV, calibration=None, reconcile_minutes=30, log_days=7))
    assert again.templates[CODE] != dev.templates[CODE]
    assert again.templates[DATA] == dev.templates[DATA]
    assert again.templates[SEARCH] == dev.templates[SEARCH]


def test_should_change_machines_without_a_change_of_data(synth: Synth, dev: Stack) -> None:
    again = synth(replace(DEV, domain=replace(DEV.domain, volume_gib=20)))
    assert again.templates[SEARCH] != dev.templates[SEARCH]
    assert again.templates[DATA] == dev.templates[DATA]


def test_should_be_deployed_where_the_environment_says(synth: Synth) -> None:
    """And nowhere else: the CDK refuses credentials of other accounts."""
    pinned = synth(replace(DEV, account="111111111111", region="eu-central-1"))
    assert pinned.places == ["aws://111111111111/eu-central-1"] * 3
    assert pinned.messages == []
