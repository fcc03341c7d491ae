"""What loads batches, built from settings; of imports, it alone needs libraries for pictures."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lookalike.aws.calibration import read_calibration
from lookalike.aws.imports.batch_deletion import BatchDeletion
from lookalike.aws.imports.batch_hosts import BatchHosts
from lookalike.aws.imports.batches import BatchLoader
from lookalike.aws.imports.host_slots import HostSlots
from lookalike.aws.imports.parts import import_files, import_runs, sync_files
from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.settings import LoadSettings
from lookalike.aws.stores import build_storage, dynamodb_client
from lookalike.duplicates.arrival import CheckedArrivals
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import CatalogueFetcher, ImageFetcher
from lookalike.images.fetching.host_gate import HostGate
from lookalike.images.fetching.polite import DOWNLOADS_A_HOST, PoliteFetcher
from lookalike.images.fetching.robots import ObedientFetcher, Robots
from lookalike.images.fetching.silent_hosts import SilentHosts
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.isolation.pool import DecodePool
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.imports.fingerprint_worker import FingerprintWorker
from lookalike.imports.inline_pool import InlinePool
from lookalike.matching.shipped import build_verifier
from lookalike.matching.stored_check import StoredCheck

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def build_batch_work(
    settings: LoadSettings, fingerprinter: PictureFingerprinter
) -> tuple[BatchLoader, BatchDeletion]:
    """What loads batches, and deletes those of syncs. Pictures are decoded in an own process.

    Raises:
        SettingInvalidError: the calibration cannot be used.
    """
    client = dynamodb_client()
    web, hosts = _polite_fetcher(settings, client)
    fetcher = CatalogueFetcher(web)
    decoders = DecodePool(1)
    decoders.start()
    pool = InlinePool(FingerprintWorker(fetcher, fingerprinter, decoders.prepare))
    reconciliations = DynamodbReconciliationStore(client, settings.imports_table)
    storage = build_storage(client, settings, reconciliations.drift)
    loader = CatalogueImport(storage, fetcher, pool, time.time)
    verifier = build_verifier(read_calibration(settings), fingerprinter.network)
    arrivals = CheckedArrivals(storage, StoredCheck(storage, verifier), time.time)
    runs = import_runs(settings)
    return (
        BatchLoader(import_files(settings), runs, loader, arrivals, hosts),
        BatchDeletion(sync_files(settings), runs, storage.products),
    )


def _polite_fetcher(
    settings: LoadSettings, client: DynamoDBClient
) -> tuple[ImageFetcher, BatchHosts]:
    """What fetches from the web, and the hosts for which it has to be opened."""
    connections = Connections(allow_private_hosts=settings.allow_private_hosts)
    robots = Robots(connections) if settings.obey_robots_txt else None
    gate = HostGate(
        WebFetcher(connections, before_redirect=robots.require_allowed if robots else None)
    )
    downloads = min(DOWNLOADS_A_HOST, settings.downloads_per_host)
    slots = HostSlots(client, settings.imports_table, settings.downloads_per_host // downloads)
    silent = SilentHosts(gate)
    polite = PoliteFetcher(silent, downloads)
    if robots is None:
        return polite, BatchHosts(slots, gate, silent)
    obedient = ObedientFetcher(polite, robots, gate.require_open)
    return obedient, BatchHosts(slots, gate, silent, robots.slow_hosts)
