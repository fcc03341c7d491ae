"""What answers requests about searches for duplicates, built from settings.

Apart from the steps of these searches, which functions that answer need not load. Nothing is sent
before the first request.
"""

from __future__ import annotations

import time

import boto3

from lookalike.api.duplicates.service import FindDuplicates
from lookalike.aws.duplicates.places import Places
from lookalike.aws.duplicates.runner import DeployedDuplicates
from lookalike.aws.settings import CheckSettings
from lookalike.aws.state_machine import StateMachine
from lookalike.storage.interfaces import Storage


def build_service(
    settings: CheckSettings, storage: Storage, bucket: str, machine: str
) -> FindDuplicates:
    """What answers requests about searches."""
    runs = Places.of(settings, bucket).runs
    runner = DeployedDuplicates(runs, StateMachine(boto3.client("stepfunctions"), machine))
    return FindDuplicates(runner, runs, storage, time.time)
