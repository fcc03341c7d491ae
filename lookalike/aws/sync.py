"""The parts of a deployment that keep the index in step, from its settings."""

from __future__ import annotations

from lookalike.aws.settings import Settings
from lookalike.aws.stores import (
    BACKGROUND_RETRIES,
    dynamodb_client,
    picture_table,
    s3_client,
    search_client,
    vectors_of,
)
from lookalike.sync.failed_records import FailedRecords
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.stream import ApplyRecords


def record_applier(settings: Settings) -> ApplyRecords:
    """What applies records of the stream: as they come, and when they are replayed."""
    _, pictures = picture_table(dynamodb_client(), settings)
    vectors = vectors_of(search_client(settings), settings, BACKGROUND_RETRIES)
    return ApplyRecords(PictureSync(pictures, vectors))


def failed_records(bucket: str) -> FailedRecords:
    """Where records lie that could not be applied."""
    return FailedRecords(s3_client(), bucket)
