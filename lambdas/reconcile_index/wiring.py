"""The composition root of the scheduled comparison."""

from __future__ import annotations

import time

from lambdas.reconcile_index.product_count import ProductCount
from lambdas.reconcile_index.searchable import SearchableVectors
from lambdas.reconcile_index.service import ReconcileIndex, Sides
from lambdas.shared.aws.picture_sync import PictureSync
from lambdas.shared.aws.reconciliation_store import Reconciliations
from lambdas.shared.aws.stores import (
    UNHURRIED,
    dynamodb_client,
    picture_table,
    search_client,
    vectors_of,
)
from lambdas.shared.fingerprint.version import ALGORITHM_VERSION
from lambdas.shared.settings import Settings
from lambdas.shared.storage.opensearch_client import Cluster
from lambdas.shared.storage.opensearch_schema import alias_of


def reconcile_index(settings: Settings) -> ReconcileIndex:
    """What compares table and index."""
    client = dynamodb_client()
    database, pictures = picture_table(client, settings)
    searching = search_client(settings)
    vectors = vectors_of(searching, settings, UNHURRIED)
    alias = alias_of(settings.index_alias, ALGORITHM_VERSION)
    sides = Sides(
        pictures=pictures,
        products=ProductCount(database, settings.products_table),
        searchable=SearchableVectors(vectors, Cluster(searching, UNHURRIED), alias),
        version=ALGORITHM_VERSION,
    )
    keeper = Reconciliations(client, settings.imports_table)
    return ReconcileIndex(sides, PictureSync(pictures, vectors), keeper, time.time)
