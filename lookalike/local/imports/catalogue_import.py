"""Loads catalogues into a data folder, with worker processes on all cores."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from lookalike.duplicates.arrival import ArrivalPolicy
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.imports.fingerprint_pool import FingerprintPool
from lookalike.local.settings import LocalSettings
from lookalike.storage.interfaces import Storage


@contextmanager
def catalogue_import(
    storage: Storage, settings: LocalSettings, policy: ArrivalPolicy | None = None
) -> Iterator[CatalogueImport]:
    """Build a ``CatalogueImport`` whose worker processes end with the block."""
    with closing(FingerprintPool(settings.fetcher, folder=settings.data)) as pool:
        yield CatalogueImport(
            storage,
            settings.fetcher(),
            pool,
            time.time,
            policy,
            refresh_after=settings.refresh_after,
        )
