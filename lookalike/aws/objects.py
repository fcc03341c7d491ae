"""The objects of a bucket, and the names of those that are batches of long work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from botocore.exceptions import BotoCoreError, ClientError

from lookalike.errors import StorageUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MISSING = frozenset({"404", "NoSuchKey", "AccessDenied", "403"})
"""S3 denies access to a missing object if the caller may not list the bucket."""


@dataclass(frozen=True, slots=True)
class BatchName:
    """What the key of a batch says.

    Attributes:
        run_id: of the run that it is a part of.
        number: tells it from every other batch of the run.
        size: how many items it has.
    """

    run_id: str
    number: int
    size: int

    @classmethod
    def of(cls, key: str) -> Self:
        """Read a key, of whatever folder."""
        *_, run_id, name = key.split("/")
        number, size = name.removesuffix(".json").split("-")
        return cls(run_id, int(number), int(size))

    def key(self, folder: str) -> str:
        """The key in a folder."""
        return f"{folder}{self.run_id}/{self.number:010d}-{self.size}.json"


class Objects:
    """The objects of a bucket.

    Every method raises ``StorageUnavailableError`` where S3 refuses or does not answer.

    Args:
        client: client of S3.
        bucket: name of the bucket.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, content: bytes) -> None:
        """Write an object, or replace it."""
        with available():
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def get(self, key: str) -> bytes | None:
        """The content of an object; ``None`` if it is not there."""
        with available():
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if not is_missing(error):
                    raise
                return None
            return found["Body"].read()

    def has(self, key: str) -> bool:
        """Return whether an object is there."""
        with available():
            try:
                self._client.head_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if not is_missing(error):
                    raise
                return False
            return True

    def remove(self, key: str) -> None:
        """Remove an object, if it is there."""
        with available():
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def batches(self, prefix: str) -> Iterator[BatchName]:
        """The batches whose keys begin so."""
        with available():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            for page in pages:
                yield from (BatchName.of(each["Key"]) for each in page.get("Contents", []))


@contextmanager
def available() -> Iterator[None]:
    """Raise ``StorageUnavailableError`` for whatever S3 refuses."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StorageUnavailableError("The files of long work cannot be reached now.") from error


def is_missing(error: ClientError) -> bool:
    """Return whether S3 says that an object is not there."""
    return str(error.response.get("Error", {}).get("Code")) in _MISSING
