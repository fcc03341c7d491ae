"""The parts of imports, built from settings. Nothing is sent before the first request."""

from __future__ import annotations

import boto3

from lookalike.aws.imports.ending import ImportEnding
from lookalike.aws.imports.files import ImportFiles
from lookalike.aws.imports.runner import DeployedImports
from lookalike.aws.imports.runs import ImportRuns
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.settings import ApiSettings, ImportSettings
from lookalike.aws.state_machine import StateMachine
from lookalike.aws.stores import build_storage, dynamodb_client, s3_client


def build_imports(settings: ApiSettings, bucket: str, machine: str) -> DeployedImports:
    """What accepts imports."""
    files = ImportFiles(s3_client(), bucket, settings.uploads_bucket)
    runs = ImportRuns(dynamodb_client(), settings.imports_table)
    return DeployedImports(files, runs, StateMachine(boto3.client("stepfunctions"), machine))


def build_ending(settings: ImportSettings) -> ImportEnding:
    """What ends imports."""
    client = dynamodb_client()
    reconciliations = DynamodbReconciliationStore(client, settings.imports_table)
    storage = build_storage(client, settings, reconciliations.drift)
    return ImportEnding(import_files(settings), import_runs(settings), storage.events)


def import_files(settings: ImportSettings) -> ImportFiles:
    """The files of imports."""
    return ImportFiles(s3_client(), settings.imports_bucket, settings.uploads_bucket)


def import_runs(settings: ImportSettings) -> ImportRuns:
    """The runs of imports."""
    return ImportRuns(dynamodb_client(), settings.imports_table)
