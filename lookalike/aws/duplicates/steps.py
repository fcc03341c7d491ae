"""The steps of searches for duplicates, built from settings.

Nothing is sent before the first request.
"""

from __future__ import annotations

from lookalike.aws.calibration import read_calibration
from lookalike.aws.duplicates.batches import BatchComparison
from lookalike.aws.duplicates.ending import DuplicateEnding
from lookalike.aws.duplicates.places import Places
from lookalike.aws.duplicates.preparation import DuplicatePreparation
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.settings import DuplicateSettings
from lookalike.aws.stores import build_storage, dynamodb_client
from lookalike.duplicates.comparison_worker import ComparisonWorker
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.dynamodb.storage import DynamodbStorage


def build_preparation(settings: DuplicateSettings) -> DuplicatePreparation:
    """What divides the catalogue into batches."""
    places = Places.of(settings, settings.imports_bucket)
    return DuplicatePreparation(_storage(settings), places.files, places.runs, ALGORITHM_VERSION)


def build_comparison(settings: DuplicateSettings) -> BatchComparison:
    """What compares batches."""
    places = Places.of(settings, settings.imports_bucket)
    worker = ComparisonWorker(_storage(settings), read_calibration(settings))
    return BatchComparison(places.files, places.runs, worker.compare_all)


def build_ending(settings: DuplicateSettings) -> DuplicateEnding:
    """What groups the links, and ends searches."""
    places = Places.of(settings, settings.imports_bucket)
    return DuplicateEnding(_storage(settings), places.files, places.runs)


def _storage(settings: DuplicateSettings) -> DynamodbStorage:
    """The catalogue. Stored pictures never change, so reads need not be consistent."""
    client = dynamodb_client()
    drift = DynamodbReconciliationStore(client, settings.imports_table).drift
    return build_storage(client, settings, drift, consistent=False)
