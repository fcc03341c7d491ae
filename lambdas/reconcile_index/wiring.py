"""The composition root of the scheduled comparison."""

from __future__ import annotations

import time

from lookalike.aws.settings import Settings
from lookalike.aws.stores import (
    BACKGROUND_RETRIES,
    dynamodb_client,
    picture_table,
    search_client,
    vectors_of,
)
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.storage.dynamodb.product_count import ProductCount
from lookalike.storage.opensearch.client import Cluster
from lookalike.storage.opensearch.schema import alias_of
from lookalike.storage.opensearch.searchable import SearchableVectors
from lookalike.sync.picture_sync import PictureSync
from lookalike.sync.reconcile import ReconcileIndex, Sides
from lookalike.sync.reconciliation_store import Reconciliations


def reconcile_index(settings: Settings) -> ReconcileIndex:
    """What compares table and index."""
    client = dynamodb_client()
    database, pictures = picture_table(client, settings)
    searching = search_client(settings)
    vectors = vectors_of(searching, settings, BACKGROUND_RETRIES)
    alias = alias_of(settings.index_alias, ALGORITHM_VERSION)
    sides = Sides(
        pictures=pictures,
        products=ProductCount(database, settings.products_table),
        searchable=SearchableVectors(vectors, Cluster(searching, BACKGROUND_RETRIES), alias),
        version=ALGORITHM_VERSION,
    )
    keeper = Reconciliations(client, settings.imports_table)
    return ReconcileIndex(sides, PictureSync(pictures, vectors), keeper, time.time)
