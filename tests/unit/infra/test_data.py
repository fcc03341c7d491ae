"""Data is encrypted, restorable, and never deleted with a stack in production."""

from __future__ import annotations

from typing import Any

import pytest

from infra.environments import PROD
from lookalike.storage.dynamodb.schema import TABLES, TableSchema
from tests.unit.infra.templates import Stack

TABLE = "AWS::DynamoDB::Table"
STORES = (TABLE, "AWS::S3::Bucket", "AWS::OpenSearchService::Domain")
KEPT = {"Retain", "RetainExceptOnCreate"}
"""Policies that keep data; the latter not when the deployment that created it is rolled back."""
NAMES = {"BucketName", "DomainName", "LogGroupName", "Name", "TableName"}
"""Properties that say what something is called in its account."""


@pytest.mark.parametrize("kind", [*STORES, "AWS::Logs::LogGroup"])
def test_should_keep_production_data_whatever_happens_to_the_stack(kind: str, prod: Stack) -> None:
    assert prod.all(kind)
    for resource in prod.all(kind):
        assert resource["DeletionPolicy"] in KEPT
        assert resource["UpdateReplacePolicy"] == "Retain"


def test_should_leave_no_fixed_name_taken_after_a_failed_deployment(prod: Stack) -> None:
    """Otherwise it could not be repeated. Resources that stay have generated names."""
    resources = prod.template["Resources"].values()
    left = [r["Properties"] for r in resources if r.get("DeletionPolicy") == "Retain"]
    named = [r["Properties"] for r in resources if NAMES & set(r.get("Properties", {}))]
    assert {"lookalike-prod", "aws-waf-logs-lookalike-prod"} <= {_name(each) for each in named}
    assert not [_name(each) for each in left if NAMES & set(each)]


def _name(properties: dict[str, Any]) -> str:
    return str(properties[next(iter(NAMES & set(properties)))])


def test_should_protect_production_tables_from_being_deleted(prod: Stack) -> None:
    assert all(table["DeletionProtectionEnabled"] for table in prod.properties(TABLE))


@pytest.mark.parametrize("kind", STORES)
def test_should_leave_nothing_behind_in_development(kind: str, dev: Stack) -> None:
    assert {resource["DeletionPolicy"] for resource in dev.all(kind)} == {"Delete"}


def test_should_restore_tables_to_any_second(deployed: Stack) -> None:
    for table in deployed.properties("AWS::DynamoDB::Table"):
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert table["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("schema", TABLES.values(), ids=TABLES)
def test_should_make_the_tables_that_the_stores_expect(schema: TableSchema, dev: Stack) -> None:
    key = [attribute.name for attribute in schema.key]
    (table,) = [
        table
        for table in dev.properties("AWS::DynamoDB::Table")
        if [part["AttributeName"] for part in table["KeySchema"]] == key
    ]
    kinds = {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]}
    indexes = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes", [])}
    assert all(kinds[attribute.name] == attribute.kind for attribute in schema.key)
    assert set(indexes) == ({schema.index.name} if schema.index else set())
    assert ("StreamSpecification" in table) == schema.has_stream
    assert table.get("TimeToLiveSpecification", {}).get("AttributeName") == schema.expiry


def test_should_tell_the_stream_how_items_were_and_are(dev: Stack) -> None:
    streams = [t.get("StreamSpecification") for t in dev.properties("AWS::DynamoDB::Table")]
    assert {"StreamViewType": "NEW_AND_OLD_IMAGES"} in streams


def test_should_keep_buckets_private_encrypted_and_behind_tls(deployed: Stack) -> None:
    for bucket in deployed.properties("AWS::S3::Bucket"):
        assert all(bucket["PublicAccessBlockConfiguration"].values())
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    refused = [
        statement["Condition"]
        for policy in deployed.properties("AWS::S3::BucketPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Principal"] == {"AWS": "*"}
    ]
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    assert refused.count(plain) == len(deployed.properties("AWS::S3::Bucket"))


def test_should_forget_uploads_and_imports_in_time_and_failed_records_never(dev: Stack) -> None:
    rules = [
        bucket.get("LifecycleConfiguration", {}).get("Rules", [])
        for bucket in dev.properties("AWS::S3::Bucket")
    ]
    assert sorted(len(of_one) for of_one in rules) == [0, 1, 1]
    assert sorted(rule["ExpirationInDays"] for of_one in rules for rule in of_one) == [1, 30]


def test_should_forget_logs_in_time(prod: Stack) -> None:
    groups = prod.properties("AWS::Logs::LogGroup")
    assert {group["RetentionInDays"] for group in groups} == {PROD.log_days}


def test_should_label_everything_with_what_it_belongs_to(prod: Stack) -> None:
    """CloudFormation puts the tags of a stack on all of its resources."""
    assert prod.tags["service"] == "lookalike-prod"
    assert prod.tags["environment"] == "prod"
