"""AWS as moto plays it, and functions as Lambda would start them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from lookalike.aws.entry_point import NAMESPACE_VARIABLE
from lookalike.aws.settings import PREFIX
from lookalike.aws.stores import dynamodb_client, s3_client
from lookalike.sync.failed_records import FailedRecords
from tests.contract.storage.moto_dynamodb import NAMES, create_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BUCKET = "a-bucket"
REGION = "eu-central-1"
SETTINGS = {
    "PRODUCTS_TABLE": NAMES.products,
    "PICTURES_TABLE": NAMES.pictures,
    "IMPORTS_TABLE": NAMES.imports,
    "DECISIONS_TABLE": NAMES.decisions,
    "EVENTS_TABLE": NAMES.events,
    "OPENSEARCH_ENDPOINT": "http://127.0.0.1:1",
    "OPENSEARCH_SERVICE": "none",
    "UPLOADS_BUCKET": BUCKET,
    "IMPORTS_BUCKET": BUCKET,
    "IMPORTS_MACHINE": f"arn:aws:states:{REGION}:123456789012:stateMachine:imports",
    "DUPLICATES_MACHINE": f"arn:aws:states:{REGION}:123456789012:stateMachine:duplicates",
    "FAILED_RECORDS_BUCKET": BUCKET,
}
"""Whole, with an OpenSearch that does not answer."""


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account, a region and invalid credentials."""
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "POWERTOOLS_LOG_DEDUPLICATION_DISABLED": "1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def s3(aws: None) -> S3Client:
    """S3 with one empty bucket."""
    del aws
    client = s3_client()
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return client


@pytest.fixture
def dynamodb(aws: None) -> DynamoDBClient:
    """The tables of a deployment, empty."""
    del aws
    client: DynamoDBClient = boto3.client("dynamodb")
    create_tables(client)
    return dynamodb_client()


@pytest.fixture
def failed_records(s3: S3Client) -> FailedRecords:
    """An empty bucket of failed records."""
    return FailedRecords(s3, BUCKET)


@pytest.fixture
def deployed(
    s3: S3Client, dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Everything that a function finds around it, its settings included."""
    del s3, dynamodb
    for name, value in SETTINGS.items():
        monkeypatch.setenv(PREFIX + name, value)
    monkeypatch.setenv(NAMESPACE_VARIABLE, "Lookalike/unit")
    logger = logging.getLogger("lookalike")
    before = {**vars(logger), "handlers": list(logger.handlers)}
    yield
    vars(logger).clear()  # Powertools leaves marks on it beside its handler
    vars(logger).update(before)
