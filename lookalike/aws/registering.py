"""What registers items that another program wrote, built from settings."""

from __future__ import annotations

import time

from lookalike.aws.reconciliation_store import DynamodbReconciliationStore
from lookalike.aws.settings import RegisterSettings
from lookalike.aws.stores import build_storage, dynamodb_client
from lookalike.aws.written_products import ItemsById, WrittenProducts
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import CatalogueFetcher
from lookalike.images.fetching.polite import DOWNLOADS_A_HOST, PoliteFetcher
from lookalike.images.fetching.silent_hosts import SilentHosts
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.isolation.pool import DecodePool
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.imports.fingerprint_worker import FingerprintWorker
from lookalike.imports.inline_pool import InlinePool
from lookalike.storage.dynamodb.attributes import Item
from lookalike.storage.dynamodb.database import DynamodbDatabase
from lookalike.storage.dynamodb.errors import TABLE_RETRIES
from lookalike.storage.dynamodb.item_changes import ItemChange, Key, Table
from lookalike.storage.dynamodb.written_items import IMAGE_URL, PutUnlessWritten, WrittenItems


def build_written_products(
    settings: RegisterSettings, fingerprinter: Fingerprinter
) -> WrittenProducts:
    """What registers items. Pictures are decoded in a process of its own."""
    client = dynamodb_client()
    decoders = DecodePool(1)
    decoders.start()
    web = WebFetcher(Connections(allow_private_hosts=settings.allow_private_hosts))
    silent = SilentHosts(web)
    fetcher = CatalogueFetcher(PoliteFetcher(silent, DOWNLOADS_A_HOST))
    pool = InlinePool(FingerprintWorker(fetcher, fingerprinter, decoders.prepare))
    reconciliations = DynamodbReconciliationStore(client, settings.imports_table)

    def loader(items: ItemsById) -> CatalogueImport:
        silent.forget()

        def put(table: Table, key: Key, item: Item) -> ItemChange:
            return PutUnlessWritten(table, key, item, items[key[0]][IMAGE_URL])

        storage = build_storage(client, settings, reconciliations.drift, put=put)
        return CatalogueImport(storage, fetcher, pool, time.time)

    database = DynamodbDatabase(client, TABLE_RETRIES)
    items = WrittenItems(client, database, settings.products_table)
    return WrittenProducts(items, loader)
