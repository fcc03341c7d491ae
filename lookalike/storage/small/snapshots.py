"""Snapshots: objects in a bucket, each of another key, which never change."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from lookalike.errors import StorageInvalidError, StorageUnavailableError
from lookalike.storage.small.packed import PackedEntries

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_GONE = {"404", "NoSuchKey"}
_NO_ANSWER = "The bucket of snapshots does not answer. Try again later."


class SnapshotGoneError(StorageUnavailableError):
    """A later snapshot has replaced this one."""

    code = "snapshot_gone"
    title = "Snapshot gone"


class SnapshotDamagedError(StorageInvalidError):
    """The object is not what was written."""

    code = "snapshot_damaged"
    title = "Snapshot damaged"


@dataclass(frozen=True, slots=True)
class SnapshotRef:
    """Which object is a snapshot, and of what.

    Attributes:
        key: key of the object.
        sha256: digest of its content, in hex.
        size: bytes.
        count: pictures in it.
        seq: the last change of the log that is in it.
    """

    key: str
    sha256: str
    size: int
    count: int
    seq: int


class Snapshots:
    """The snapshots of one index.

    Args:
        client: client of S3.
        bucket: name of the bucket.
        folder: what keys begin with, such as an algorithm version.
    """

    def __init__(self, client: S3Client, bucket: str, folder: str) -> None:
        self._client = client
        self._bucket = bucket
        self._folder = f"{folder}/"

    def write(self, entries: PackedEntries, seq: int) -> SnapshotRef:
        """Write a snapshot under a key of its own; nobody reads it before it is published.

        Raises:
            StorageUnavailableError: the bucket does not answer.
        """
        key = f"{self._folder}{seq:012d}-{uuid4().hex}.npz"
        with tempfile.TemporaryDirectory() as folder, _translated_errors(key):
            path = Path(folder, "snapshot.npz")
            entries.save(path)
            ref = SnapshotRef(key, _sha256(path), path.stat().st_size, len(entries.ids), seq)
            self._client.upload_file(str(path), self._bucket, key)
        return ref

    def read(self, ref: SnapshotRef) -> PackedEntries:
        """Read a snapshot, if it is what was written.

        Raises:
            SnapshotGoneError: there is no such object any more.
            SnapshotDamagedError: the object is another one.
            StorageUnavailableError: the bucket does not answer.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "snapshot.npz")
            with _translated_errors(ref.key):
                self._client.download_file(self._bucket, ref.key, str(path))
            if _sha256(path) != ref.sha256:
                raise SnapshotDamagedError(f"The snapshot {ref.key} is not what was written.")
            return PackedEntries.load(path)

    def sweep(self, kept: Collection[str], before: datetime) -> int:
        """Delete what is neither kept nor younger; how many objects that were.

        Raises:
            StorageUnavailableError: the bucket does not answer.
        """
        swept = 0
        with _translated_errors(self._folder):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._folder):
                for found in page.get("Contents", []):
                    if found["Key"] not in kept and found["LastModified"] < before:
                        self._client.delete_object(Bucket=self._bucket, Key=found["Key"])
                        swept += 1
        return swept


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _translated_errors(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        _raise_ours(error, key)
    except (BotoCoreError, Boto3Error) as error:
        raise StorageUnavailableError(_NO_ANSWER) from error


def _raise_ours(error: ClientError, key: str) -> NoReturn:
    code = error.response["Error"]["Code"]
    if code in _GONE:
        raise SnapshotGoneError(f"The snapshot {key} is gone: a later one replaced it.") from error
    if code in {"AccessDenied", "403", "NoSuchBucket"}:
        raise StorageInvalidError(
            f"The bucket of snapshots cannot be used ({code}): check that it exists, and that "
            "this service may use it."
        ) from error
    raise StorageUnavailableError(_NO_ANSWER) from error
