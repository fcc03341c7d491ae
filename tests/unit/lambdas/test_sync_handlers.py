"""The functions that keep the index in step answer and count as Lambda and CloudWatch want it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools import Metrics
from opensearchpy import OpenSearch

from lambdas.index_pictures import handler as index_pictures
from lambdas.reconcile_index import handler as reconcile_index
from lookalike.aws import stores
from lookalike.aws.entry_point import entry_point
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.storage.opensearch.client import connect
from lookalike.storage.opensearch.looks import OpenSearchLooks
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.opensearch.vectors import OpenSearchVectors
from lookalike.sync.failed_records import FailedRecords
from tests.builders import a_picture
from tests.contract.storage.moto_dynamodb import NAMES
from tests.unit.aws import BUCKET
from tests.unit.lambdas.calls import Context
from tests.unit.sync.stream.records import a_record, an_embedding_record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


def _metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """All that were sent, by name; a metric's value is a list."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    sent = [line for line in lines if "_aws" in line]
    return {name: value[0] for line in sent for name, value in line.items() if type(value) is list}


@pytest.mark.usefixtures("deployed")
def test_should_apply_keep_and_count(s3: S3Client, capsys: pytest.CaptureFixture[str]) -> None:
    seen = a_picture(1, last_seen=1), a_picture(1, last_seen=2)
    untouched = a_record("MODIFY", "f", 7, old=seen[0], new=seen[1])
    poison = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "8"}}
    handler = entry_point("index_pictures", index_pictures._build)
    assert handler({"Records": [untouched, poison]}, Context()) == {"batchItemFailures": []}
    assert len(list(FailedRecords(s3, BUCKET).object_keys())) == 1
    metrics = _metrics(capsys)
    assert (metrics["AppliedRecords"], metrics["FailedRecords"]) == (1.0, 1.0)
    assert metrics["RecordAge"] > 1_000_000


@pytest.mark.usefixtures("deployed")
def test_should_report_the_first_record_that_has_to_come_again(dynamodb: DynamoDBClient) -> None:
    dynamodb.delete_table(TableName=NAMES.pictures)
    records = [a_record("INSERT", f"f{number}", number) for number in (41, 42, 43)]
    handler = entry_point("index_pictures", index_pictures._build)
    answer = handler({"Records": records}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "41"}]}


@pytest.mark.usefixtures("deployed")
def test_should_fail_as_a_whole_for_what_is_no_batch() -> None:
    """Lambda then keeps the event."""
    with pytest.raises(KeyError):
        entry_point("index_pictures", index_pictures._build)({"detail": "x"}, Context())


@pytest.mark.usefixtures("deployed")
def test_should_tell_the_next_reconciliation_of_embeddings(dynamodb: DynamoDBClient) -> None:
    handler = entry_point("index_pictures", index_pictures._build)
    handler({"Records": [an_embedding_record([], ["clip-1"])]}, Context())
    assert DynamodbReconciliationStore(dynamodb, NAMES.imports).embedding_run()


def _one_product(dynamodb: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged one, and two empty indices."""
    item = {"entity_id": {"S": "e1"}, "fingerprint_id": {"S": "f1"}}
    dynamodb.put_item(TableName=NAMES.products, Item=item)
    for index in (OpenSearchVectors, OpenSearchLooks):
        monkeypatch.setattr(index, "count", lambda _self: 0)
        monkeypatch.setattr(index, "ids", lambda *_asked: [])


@pytest.mark.usefixtures("deployed")
def test_should_do_the_parts_that_the_state_machine_asks_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dynamodb: DynamoDBClient
) -> None:
    _one_product(dynamodb, monkeypatch)
    monkeypatch.setenv("LOOKALIKE_RECONCILE_PARTS", "3")
    reconcile = entry_point("reconcile_index", reconcile_index._build)
    done = []
    while left := (plan := reconcile({"step": "plan", "worker": "e"}, Context()) or {})["left"]:
        assert "Drift" not in _metrics(capsys), "it has not ended"
        done += [reconcile({"step": "work", "part": part}, Context()) for part in left]
    assert done == [{"is_done": True}] * 12, "3 parts of checksums, comparison, table and products"
    assert plan["products"] == 1
    assert _metrics(capsys)["Drift"] == 0.0


@pytest.mark.usefixtures("deployed")
def test_should_reconcile_and_publish_the_drift(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], dynamodb: DynamoDBClient
) -> None:
    _one_product(dynamodb, monkeypatch)
    answer = entry_point("reconcile_index", reconcile_index._build)({}, Context())
    assert answer is not None
    assert (answer["products"], answer["pictures"], answer["behind"]) == (1, 0, 0)
    metrics = _metrics(capsys)
    pictures = ("Drift", "Behind", "Ahead", "SweptPictures")
    names = (*pictures, "LooksDrift", "LooksBehind", "LooksAhead", "Unrepaired")
    assert {name: metrics[name] for name in names} == dict.fromkeys(names, 0.0)


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("module", [index_pictures, reconcile_index])
def test_should_have_one_client_of_the_index(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - a handler's module
    """Each has connections of its own."""
    built: list[OpenSearch] = []

    def connected(endpoint: str, service: OpenSearchService) -> OpenSearch:
        built.append(connect(endpoint, service))
        return built[-1]

    monkeypatch.setattr(stores, "connect", connected)
    module._build(Metrics(namespace="any"))
    assert len(built) == 1


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("module", [index_pictures, reconcile_index])
def test_should_not_start_without_settings(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - a handler's module
    monkeypatch.delenv("LOOKALIKE_PICTURES_TABLE")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "a-function")
    with pytest.raises(Exception, match="LOOKALIKE_PICTURES_TABLE"):
        entry_point("a_function", module._build)
