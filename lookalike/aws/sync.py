"""The parts of a deployment that keep the index in step, built from its settings."""

from __future__ import annotations

import time
from uuid import uuid4

from lookalike.aws.looks import build_looks_reconciler, build_product_sync
from lookalike.aws.objects import Objects
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.settings import FunctionSettings, ReconcileSettings, SyncSettings
from lookalike.aws.stores import (
    build_tables,
    build_vector_index,
    dynamodb_client,
    s3_client,
)
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.sync.failed_records import FailedRecords
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconciled_stores import ReconciledStores
from lookalike.sync.reconciler import Reconciler
from lookalike.sync.stream_batches import RecordApplier, StreamFollower


def build_record_applier(settings: FunctionSettings) -> RecordApplier:
    """Applies records of the stream: when they arrive, and when they are replayed."""
    client = dynamodb_client()
    _, pictures = build_tables(client, settings)
    sync = PictureSync(pictures, build_vector_index(settings, in_background=True))
    store = DynamodbReconciliationStore(client, settings.imports_table)

    def note_embedded() -> None:
        store.note_embedding_run(uuid4().hex)

    return RecordApplier(sync, build_product_sync(settings), note_embedded)


def open_failed_records(bucket: str) -> FailedRecords:
    """The bucket of records that could not be applied."""
    return FailedRecords(s3_client(), bucket)


def build_stream_follower(settings: SyncSettings) -> StreamFollower:
    """Handles batches of the stream."""
    return StreamFollower(
        build_record_applier(settings), open_failed_records(settings.failed_records_bucket)
    )


def build_reconciler(settings: ReconcileSettings) -> Reconciler:
    """Reconciles table and index."""
    client = dynamodb_client()
    products, pictures = build_tables(client, settings)
    index = build_vector_index(settings, in_background=True)
    stores = ReconciledStores(pictures, products, index, ALGORITHM_VERSION)
    store = DynamodbReconciliationStore(client, settings.imports_table)
    return Reconciler(
        stores,
        PictureSync(pictures, index),
        store,
        Objects(s3_client(), settings.imports_bucket),
        time.time,
        looks=build_looks_reconciler(settings),
        parts=settings.reconcile_parts,
    )
