"""The small index of a deployment: its log, its snapshots, and what compacts it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lookalike.aws.settings import PREFIX, FunctionSettings
from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.binary_index import KnnSearch
from lookalike.storage.dynamodb.change_log import DynamodbChangeLog
from lookalike.storage.small.compaction import Compactor
from lookalike.storage.small.index import SmallIndex
from lookalike.storage.small.snapshots import Snapshots

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_MAX_AGE = 1.0
"""Seconds that a check may be behind: the requests of one check look for changes once."""


def build_small_index(
    dynamodb: DynamoDBClient, s3: S3Client, settings: FunctionSettings, *, in_background: bool
) -> SmallIndex:
    """The small index of the algorithm version that this release computes.

    Raises:
        SettingInvalidError: the settings do not say where it is.
    """
    change_log, snapshots = _places(dynamodb, s3, settings)
    max_age = 0.0 if in_background else _MAX_AGE
    return SmallIndex(change_log, snapshots, ALGORITHM_VERSION, _knn(), max_age=max_age)


def build_compactor(
    dynamodb: DynamoDBClient, s3: S3Client, settings: FunctionSettings
) -> Compactor:
    """What compacts that index.

    Raises:
        SettingInvalidError: the settings do not say where it is.
    """
    change_log, snapshots = _places(dynamodb, s3, settings)
    index = SmallIndex(change_log, snapshots, ALGORITHM_VERSION, _knn())
    return Compactor(change_log, snapshots, index, lambda: datetime.now(UTC))


def _places(
    dynamodb: DynamoDBClient, s3: S3Client, settings: FunctionSettings
) -> tuple[DynamodbChangeLog, Snapshots]:
    table, bucket = settings.changes_table, settings.snapshots_bucket
    if table is None or bucket is None:
        raise SettingInvalidError(
            f"The environment is not complete. A small index needs {PREFIX}CHANGES_TABLE and "
            f"{PREFIX}SNAPSHOTS_BUCKET."
        )
    name = f"{settings.index_alias}-{ALGORITHM_VERSION}"
    return DynamodbChangeLog(dynamodb, table, name), Snapshots(s3, bucket, name)


def _knn() -> KnnSearch:
    """Search by faiss where the zip has it: with it, those of x86_64 would be too large."""
    try:
        from lookalike.storage.faiss_search import faiss_knn  # noqa: PLC0415 - see above
    except ModuleNotFoundError:
        from lookalike.storage.numpy_search import numpy_knn  # noqa: PLC0415 - see above

        return numpy_knn
    return faiss_knn
