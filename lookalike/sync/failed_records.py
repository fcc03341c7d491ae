"""The bucket of stream records that could not be applied: writing, listing, reading, removing.

The bucket has two kinds of objects. ``FailedRecords.add`` writes one for each record that cannot be
applied, with the reason. Where the function itself failed (it crashed, or the index did not answer
for longer than records are retried), Lambda's on-failure destination writes the whole invocation,
which has the records in its ``payload``:
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

PREFIX = "records/"
"""Where ``add`` writes; Lambda writes its own objects under ``aws/lambda/``."""
INVOCATION_FAILED = "The function failed, or the records expired."
_NO_ANSWER = "The bucket of failed records does not answer. Try again later."


class UnreadableObjectError(PermanentError):
    """An object in the bucket was written neither by us nor by Lambda."""

    code = "unreadable_object"
    title = "Object not readable"


class ObjectGoneError(PermanentError):
    """An object was removed from the bucket since it was listed."""

    code = "object_gone"
    title = "Object gone"


@dataclass(frozen=True, slots=True)
class FailedRecord:
    """A record of the stream as it was delivered, and the reason why it could not be applied."""

    reason: str
    record: object


class FailedRecords:
    """The bucket of failed records.

    Args:
        client: client of S3.
        bucket: name of the bucket.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def add(self, failed: FailedRecord) -> None:
        """Write a record. Adding the same record again overwrites it.

        Raises:
            StorageUnavailableError: the record was not written.
        """
        digest = hashlib.sha256(json.dumps(failed.record, sort_keys=True).encode()).hexdigest()
        self.replace(f"{PREFIX}{digest[:32]}.json", [failed])

    def object_keys(self) -> Iterator[str]:
        """The keys of all objects, read lazily.

        Raises:
            StorageUnavailableError: the bucket does not answer.
        """
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
            for page in pages:
                yield from (item["Key"] for item in page.get("Contents", []))
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailableError(_NO_ANSWER) from error

    def read(self, key: str) -> list[FailedRecord]:
        """The records of an object of either kind.

        Raises:
            ObjectGoneError: there is no such object.
            UnreadableObjectError: the object holds no records.
            StorageUnavailableError: the bucket does not answer.
        """
        try:
            content = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey as error:
            raise ObjectGoneError(
                f"{key} is gone: it was replayed elsewhere, or removed."
            ) from error
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailableError(_NO_ANSWER) from error
        try:
            return _records_in(json.loads(content))
        except (ValueError, LookupError, TypeError) as error:
            raise UnreadableObjectError(f"{key} holds no records of a stream.") from error

    def replace(self, key: str, failed: Sequence[FailedRecord]) -> None:
        """Make an object hold these records; without any, remove the object.

        Raises:
            StorageUnavailableError: the object is unchanged.
        """
        try:
            if failed:
                document = {"records": [asdict(record) for record in failed]}
                content = json.dumps(document).encode()
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=content, ContentType="application/json"
                )
            else:
                self._client.delete_object(Bucket=self._bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            raise StorageUnavailableError(_NO_ANSWER) from error


def _records_in(document: dict[str, Any]) -> list[FailedRecord]:
    if "payload" not in document:
        return [FailedRecord(each["reason"], each["record"]) for each in document["records"]]
    payload = document["payload"]
    event = json.loads(payload) if isinstance(payload, str) else payload
    return [FailedRecord(INVOCATION_FAILED, record) for record in event["Records"]]
