"""The composition root of the stream function; a replay uses it, too."""

from __future__ import annotations

from lambdas.index_pictures.failed_records import FailedRecords
from lambdas.index_pictures.service import ApplyRecords, IndexPictures
from lambdas.shared.aws.picture_sync import PictureSync
from lambdas.shared.aws.stores import (
    UNHURRIED,
    dynamodb_client,
    picture_table,
    s3_client,
    search_client,
    vectors_of,
)
from lambdas.shared.settings import Settings, SyncSettings


def index_pictures(settings: SyncSettings) -> IndexPictures:
    """What takes batches of the stream."""
    return IndexPictures(applying(settings), failed_records(settings.failed_records_bucket))


def applying(settings: Settings) -> ApplyRecords:
    """What applies records."""
    _, pictures = picture_table(dynamodb_client(), settings)
    vectors = vectors_of(search_client(settings), settings, UNHURRIED)
    return ApplyRecords(PictureSync(pictures, vectors))


def failed_records(bucket: str) -> FailedRecords:
    """Where records lie that could not be applied."""
    return FailedRecords(s3_client(), bucket)
