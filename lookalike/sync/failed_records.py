"""Records that could not be applied, whole, in a bucket: found, read and taken away again.

Two kinds of objects lie there. ``FailedRecords.keep`` writes one for each record that can never be
applied as things are, with the reason. And where the function itself failed (it crashed, or the
index was away for longer than records are retried), Lambda's on-failure destination writes the
whole invocation, which has the records in its ``payload``:
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lookalike.errors import PermanentError, StorageUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEPT = "records/"
"""Where ``keep`` writes; Lambda's own objects lie under ``aws/lambda/``."""
INVOCATION_FAILED = "The function failed, or the records grew too old."
AWAY = "The bucket of failed records does not answer. Try again later."


class UnreadableObjectError(PermanentError):
    """An object among the failed records is neither ours nor Lambda's."""

    code = "unreadable_object"
    title = "Object not readable"


class ObjectGoneError(PermanentError):
    """An object among the failed records was there a moment ago."""

    code = "object_gone"
    title = "Object gone"


@dataclass(frozen=True, slots=True)
class FailedRecord:
    """A record of the stream, as it came, and why it could not be applied."""

    reason: str
    record: object


class FailedRecords:
    """The bucket of failed records.

    Args:
        client: of S3.
        bucket: its name.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def keep(self, failed: FailedRecord) -> None:
        """Write a record. The same one lies there once, however often it came.

        Raises:
            StorageUnavailableError: it was not written.
        """
        digest = hashlib.sha256(json.dumps(failed.record, sort_keys=True).encode()).hexdigest()
        self.replace(f"{KEPT}{digest[:32]}.json", [failed])

    def object_keys(self) -> Iterator[str]:
        """The names of all objects, read page by page.

        Raises:
            StorageUnavailableError: the bucket does not answer.
        """
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
            for page in pages:
                yield from (item["Key"] for item in page.get("Contents", []))
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailableError(AWAY) from error

    def read(self, key: str) -> list[FailedRecord]:
        """The records in an object, whoever wrote it.

        Raises:
            ObjectGoneError: there is no such object any more.
            UnreadableObjectError: there are none in it.
            StorageUnavailableError: the bucket does not answer.
        """
        try:
            content = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            raise ObjectGoneError(f"{key} is gone: replayed elsewhere, or removed.") from error
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailableError(AWAY) from error
        try:
            return _records_in(json.loads(content))
        except (ValueError, LookupError, TypeError) as error:
            raise UnreadableObjectError(f"{key} holds no records of a stream.") from error

    def replace(self, key: str, failed: Sequence[FailedRecord]) -> None:
        """Leave these records in an object; without any, take it away.

        Raises:
            StorageUnavailableError: it is as it was.
        """
        try:
            if failed:
                document = {"records": [asdict(each) for each in failed]}
                content = json.dumps(document).encode()
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=content, ContentType="application/json"
                )
            else:
                self._client.delete_object(Bucket=self._bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailableError(AWAY) from error


def _records_in(document: dict[str, Any]) -> list[FailedRecord]:
    if "payload" not in document:
        return [FailedRecord(each["reason"], each["record"]) for each in document["records"]]
    payload = document["payload"]
    event = json.loads(payload) if isinstance(payload, str) else payload
    return [FailedRecord(INVOCATION_FAILED, record) for record in event["Records"]]
