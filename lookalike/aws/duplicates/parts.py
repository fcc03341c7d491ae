"""The parts of searches for duplicates, built from settings.

Nothing is sent before the first request.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import boto3

from lookalike.api.duplicates.service import FindDuplicates
from lookalike.aws.calibration import read_calibration
from lookalike.aws.duplicates.batches import BatchComparison
from lookalike.aws.duplicates.ending import DuplicateEnding
from lookalike.aws.duplicates.files import DuplicateFiles
from lookalike.aws.duplicates.links import FoundLinks
from lookalike.aws.duplicates.preparation import DuplicatePreparation
from lookalike.aws.duplicates.runner import DeployedDuplicates
from lookalike.aws.duplicates.runs import DeployedRuns
from lookalike.aws.objects import Objects
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.run_items import RunItems
from lookalike.aws.settings import CalibratedSettings, CheckSettings, DuplicateSettings
from lookalike.aws.state_machine import StateMachine
from lookalike.aws.stores import build_storage, dynamodb_client, s3_client
from lookalike.duplicates.comparison import recipe
from lookalike.duplicates.comparison_worker import ComparisonWorker
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.interfaces import Storage


@dataclass(frozen=True, slots=True)
class Places:
    """Where searches keep what they know."""

    files: DuplicateFiles
    runs: DeployedRuns

    @classmethod
    def of(cls, settings: CalibratedSettings, bucket: str) -> Places:
        """Those of a deployment.

        Raises:
            SettingInvalidError: the calibration cannot be used.
        """
        files = DuplicateFiles(Objects(s3_client(), bucket), recipe(read_calibration(settings)))
        items = RunItems(dynamodb_client(), settings.imports_table)
        return cls(files, DeployedRuns(items, files))


def build_service(
    settings: CheckSettings, storage: Storage, bucket: str, machine: str
) -> FindDuplicates:
    """What answers requests about searches."""
    runs = Places.of(settings, bucket).runs
    runner = DeployedDuplicates(runs, StateMachine(boto3.client("stepfunctions"), machine))
    return FindDuplicates(runner, runs, storage, time.time)


def build_preparation(settings: DuplicateSettings) -> DuplicatePreparation:
    """What divides the catalogue into batches."""
    places = Places.of(settings, settings.imports_bucket)
    return DuplicatePreparation(_storage(settings), places.files, places.runs, ALGORITHM_VERSION)


def build_comparison(settings: DuplicateSettings) -> BatchComparison:
    """What compares batches."""
    places = Places.of(settings, settings.imports_bucket)
    # What other functions find meanwhile is not known here: such pairs are compared twice.
    unknown = FoundLinks([], {})
    worker = ComparisonWorker(_storage(settings), unknown, read_calibration(settings))
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
