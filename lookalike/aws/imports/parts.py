"""The parts of imports, built from settings. Nothing is sent before the first request."""

from __future__ import annotations

import boto3

from lookalike.aws.imports.deletion_plan import DeletionPlan
from lookalike.aws.imports.ending import ImportEnding
from lookalike.aws.imports.files import ImportFiles
from lookalike.aws.imports.runner import DeployedImports
from lookalike.aws.imports.runs import ImportRuns
from lookalike.aws.imports.sync_files import SEGMENTS, SyncFiles
from lookalike.aws.objects import Objects
from lookalike.aws.settings import ApiSettings, FunctionSettings, ImportSettings
from lookalike.aws.state_machine import StateMachine
from lookalike.aws.stores import dynamodb_client, s3_client
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.product_segments import ProductSegments


def build_imports(settings: ApiSettings, bucket: str, machine: str) -> DeployedImports:
    """What accepts imports."""
    files = ImportFiles(s3_client(), bucket, settings.uploads_bucket)
    runs = import_runs(settings)
    return DeployedImports(files, runs, StateMachine(boto3.client("stepfunctions"), machine))


def build_deletion_plan(settings: ImportSettings) -> DeletionPlan:
    """What finds the products that left a feed."""
    database = DynamodbDatabase(dynamodb_client(), TABLE_RETRIES)
    segments = ProductSegments(database, settings.products_table, SEGMENTS)
    files, syncs = import_files(settings), sync_files(settings)
    return DeletionPlan(segments, files, syncs, import_runs(settings))


def build_ending(settings: ImportSettings) -> ImportEnding:
    """What ends imports."""
    return ImportEnding(import_files(settings), sync_files(settings), import_runs(settings))


def import_files(settings: ImportSettings) -> ImportFiles:
    """The files of imports."""
    return ImportFiles(s3_client(), settings.imports_bucket, settings.uploads_bucket)


def sync_files(settings: ImportSettings) -> SyncFiles:
    """The files of syncs."""
    return SyncFiles(Objects(s3_client(), settings.imports_bucket))


def import_runs(settings: FunctionSettings) -> ImportRuns:
    """The runs of imports."""
    return ImportRuns(dynamodb_client(), settings.imports_table, settings.events_table)
