"""The composition root of the stream function."""

from __future__ import annotations

from lookalike.aws.settings import SyncSettings
from lookalike.aws.sync import failed_records, record_applier
from lookalike.sync.stream import IndexPictures


def index_pictures(settings: SyncSettings) -> IndexPictures:
    """What takes batches of the stream."""
    return IndexPictures(record_applier(settings), failed_records(settings.failed_records_bucket))
