"""The operator's commands find a stack by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest

from lookalike.aws import sync
from lookalike.cli.stack import read_sync_settings
from lookalike.errors import SettingInvalidError
from lookalike.storage.opensearch.service import OpenSearchService
from lookalike.storage.synced_index import ChangeOutcome, ChangeState
from lookalike.sync.failed_records import FailedRecord, FailedRecords
from tests.builders import a_fingerprint_id, a_picture
from tests.unit.aws import BUCKET
from tests.unit.lambdas.stacks import OUTPUTS, STACK, deploy, run
from tests.unit.sync.stream.conftest import Stream, a_stream
from tests.unit.sync.stream.records import a_record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def stream(failed_records: FailedRecords, monkeypatch: pytest.MonkeyPatch) -> Stream:
    """The stores behind a deployed stack: three pictures that were not indexed."""
    deploy(OUTPUTS)
    built = a_stream(failed_records)
    monkeypatch.setattr(sync, "build_record_applier", lambda _settings: built.applier)
    for number in range(3):
        built.table.pictures.put_many([a_picture(number)])
        record = a_record("INSERT", a_fingerprint_id(number), number)
        failed_records.add(FailedRecord("it was away", record))
    return built


def test_should_replay_everything(stream: Stream) -> None:
    done = run("replay")
    assert (done.exit_code, stream.searchable(), stream.rejected()) == (0, 3, [])
    assert done.stdout.split() == ["applied", "3", "left", "0"]


def test_should_say_what_is_left(stream: Stream, s3: S3Client) -> None:
    stream.index.outcomes[a_fingerprint_id(1)] = ChangeOutcome(ChangeState.REJECTED, "malformed")
    s3.put_object(Bucket=BUCKET, Key="notes.txt", Body=b"look here")
    done = run("replay")
    assert done.exit_code == 3
    assert "left       2" in done.stdout
    assert "1 x malformed" in done.stdout
    assert "notes.txt holds no records" in done.stdout
    assert [failed.reason for failed in _kept_records(stream)] == ["malformed"]


def _kept_records(stream: Stream) -> list[FailedRecord]:
    keys = [key for key in stream.failed_records.object_keys() if key != "notes.txt"]
    return [failed for key in keys for failed in stream.failed_records.read(key)]


def test_should_only_read_in_a_dry_run(stream: Stream) -> None:
    done = run("replay", "--dry-run")
    assert (done.exit_code, stream.searchable(), len(stream.rejected())) == (3, 0, 3)
    assert done.stdout.count("1 x it was away") == 3


@pytest.mark.parametrize(("words", "code"), [(["replay"], 0), (["replay", "--dry-run"], 3)])
def test_should_pass_over_what_is_gone_meanwhile(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int
) -> None:
    """Somebody else replays, too."""
    keys = [*stream.failed_records.object_keys()]
    keys.insert(1, "records/gone.json")
    monkeypatch.setattr(FailedRecords, "object_keys", lambda _self: iter(keys))
    done = run(*words)
    assert done.exit_code == code
    assert "records/gone.json is gone" in done.stderr
    assert "gone" not in done.stdout
    assert stream.searchable() == (0 if code else 3)


def test_should_have_nothing_to_do(stream: Stream) -> None:
    for key in list(stream.failed_records.object_keys()):
        stream.failed_records.replace(key, [])
    assert run("replay", "--dry-run").exit_code == 0
    assert run("replay").exit_code == 0


@pytest.mark.parametrize(
    ("endpoint", "service"),
    [
        ("https://search-x.eu-central-1.es.amazonaws.com", OpenSearchService.MANAGED),
        ("https://x.eu-central-1.aoss.amazonaws.com", OpenSearchService.SERVERLESS),
        ("http://127.0.0.1:9200", OpenSearchService.UNSIGNED),
    ],
)
@pytest.mark.usefixtures("aws")
def test_should_sign_for_what_the_endpoint_is(endpoint: str, service: OpenSearchService) -> None:
    deploy({**OUTPUTS, "OpenSearchEndpoint": endpoint})
    settings = read_sync_settings(STACK)
    assert (settings.opensearch_service, settings.pictures_table) == (service, "pictures")


def test_should_copy_back_what_a_table_has_lost(dynamodb: DynamoDBClient) -> None:
    deploy(OUTPUTS)
    dynamodb.create_table(
        TableName="restored",
        KeySchema=[{"AttributeName": "fingerprint_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "fingerprint_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    before = [{"fingerprint_id": {"S": f"f{number}"}} for number in range(300)]
    for item in before:
        dynamodb.put_item(TableName="restored", Item=item)
    changed = {**before[0], "last_seen": {"N": "9"}}
    dynamodb.put_item(TableName="pictures", Item=changed)
    done = run("restore", "pictures", "--from", "restored")
    assert done.stdout.split() == ["copied", "299", "there", "1"]
    items = dynamodb.scan(TableName="pictures")["Items"]
    seen = [item.pop("last_seen", None) for item in items]
    assert sorted(items, key=str) == sorted(before, key=str)
    assert seen.count({"N": "9"}) == 1
    assert run("restore", "pictures", "--from", "restored").stdout.split()[1] == "0"


def test_should_not_fill_a_table_from_another_kind(dynamodb: DynamoDBClient) -> None:
    deploy(OUTPUTS)
    with pytest.raises(SettingInvalidError, match="is not a copy of that table"):
        run("restore", "pictures", "--from", "products")
    assert dynamodb.scan(TableName="pictures")["Count"] == 0


@pytest.mark.usefixtures("aws")
def test_should_say_that_there_is_nothing_to_restore_from() -> None:
    deploy(OUTPUTS)
    with pytest.raises(SettingInvalidError, match="ResourceNotFound"):
        run("restore", "pictures", "--from", "nowhere")


@pytest.mark.usefixtures("aws")
def test_should_show_the_key() -> None:
    built = boto3.client("apigateway").create_api_key(name="k", value="a-very-long-api-key-value")
    deploy({"ApiKeyId": built["id"]})
    done = run("key")
    assert (done.exit_code, done.stdout) == (0, "a-very-long-api-key-value\n")


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("command", ["key", "replay"])
def test_should_say_that_a_stack_is_not_ours(command: str) -> None:
    deploy({"Other": "x"})
    with pytest.raises(SettingInvalidError, match="is not one of Lookalike"):
        run(command)
