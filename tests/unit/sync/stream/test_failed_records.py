"""Records that could not be applied are stored whole, by the function or by Lambda."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from lookalike.errors import StorageUnavailableError
from lookalike.sync.failed_records import (
    INVOCATION_FAILED,
    FailedRecord,
    FailedRecords,
    ObjectGoneError,
    UnreadableObjectError,
)
from tests.builders import a_picture
from tests.unit.aws import BUCKET
from tests.unit.sync.stream.records import a_record, an_invocation_record

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RECORD = a_record("INSERT", "f1", new=a_picture(1))
ODD = {"text": "é \ud800 \0", "number": 1.5, "none": None}


@pytest.mark.parametrize("record", [RECORD, ODD, "text", None])
def test_should_give_back_what_was_kept(failed_records: FailedRecords, record: object) -> None:
    failed_records.add(FailedRecord("because", record))
    [key] = failed_records.object_keys()
    assert failed_records.read(key) == [FailedRecord("because", record)]


def test_should_keep_each_record_once(failed_records: FailedRecords) -> None:
    for record in (RECORD, ODD, RECORD):
        failed_records.add(FailedRecord("because", record))
    assert len(list(failed_records.object_keys())) == 2


@pytest.mark.parametrize("payload", [json.dumps, dict], ids=["as text", "as it is"])
def test_should_read_what_lambda_writes(
    failed_records: FailedRecords, s3: S3Client, payload: Callable[[dict[str, Any]], Any]
) -> None:
    document = an_invocation_record(payload({"Records": [RECORD, ODD]}))
    s3.put_object(Bucket=BUCKET, Key="aws/lambda/mapping/x", Body=json.dumps(document).encode())
    assert failed_records.read("aws/lambda/mapping/x") == [
        FailedRecord(INVOCATION_FAILED, RECORD),
        FailedRecord(INVOCATION_FAILED, ODD),
    ]


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b'{"payload": "x"}', b'"x"', b"1"])
def test_should_say_that_an_object_holds_no_records(
    failed_records: FailedRecords, s3: S3Client, content: bytes
) -> None:
    s3.put_object(Bucket=BUCKET, Key="k", Body=content)
    with pytest.raises(UnreadableObjectError, match="k holds no records"):
        failed_records.read("k")


def test_should_say_that_an_object_is_gone(failed_records: FailedRecords) -> None:
    with pytest.raises(ObjectGoneError, match="k is gone"):
        failed_records.read("k")


def test_should_replace_and_take_away(failed_records: FailedRecords) -> None:
    failed_records.replace("k", [FailedRecord("a", 1), FailedRecord("b", 2)])
    failed_records.replace("k", [FailedRecord("still", 2)])
    assert failed_records.read("k") == [FailedRecord("still", 2)]
    failed_records.replace("k", [])
    assert list(failed_records.object_keys()) == []


def test_should_list_more_objects_than_one_page_has(
    failed_records: FailedRecords, s3: S3Client
) -> None:
    for number in range(1001):
        s3.put_object(Bucket=BUCKET, Key=f"k{number}", Body=b"")
    assert len(set(failed_records.object_keys())) == 1001


def test_should_say_that_the_bucket_is_away(s3: S3Client) -> None:
    away = FailedRecords(s3, "no-such-bucket")
    for attempt in (
        lambda: away.add(FailedRecord("because", RECORD)),
        lambda: list(away.object_keys()),
        lambda: away.read("k"),
        lambda: away.replace("k", []),
    ):
        with pytest.raises(StorageUnavailableError):
            attempt()
