"""The composition root of storage and imports on one machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lambdas.shared.fingerprint.version import ALGORITHM_VERSION
from lambdas.shared.images.fetching import CatalogueFetcher
from lambdas.shared.images.folder import FolderFetcher
from lambdas.shared.images.web import WebFetcher
from lambdas.shared.storage.embedded import EmbeddedStorage
from scripts.local.catalogue_import import CatalogueImport
from scripts.local.fingerprint_pool import FingerprintPool


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """What the operator of one machine decides.

    Attributes:
        data: the folder with the storage; created where it is absent.
        images_root: the folder that paths in catalogues start from; ``None``: web addresses only.
        allow_private_hosts: whether pictures may be fetched from this machine and its network.
    """

    data: Path
    images_root: Path | None = None
    allow_private_hosts: bool = False

    def fetcher(self) -> CatalogueFetcher:
        """Gets what catalogues name. A bound method of settings can be sent to a process."""
        web = WebFetcher(allow_private_hosts=self.allow_private_hosts)
        return CatalogueFetcher(web, self.folder_fetcher())

    def folder_fetcher(self) -> FolderFetcher | None:
        """Gets files of this machine, where that is allowed."""
        return FolderFetcher(self.images_root) if self.images_root else None


def open_storage(settings: LocalSettings, *, read_only: bool = False) -> EmbeddedStorage:
    """The storage in the data folder."""
    return EmbeddedStorage(settings.data, ALGORITHM_VERSION, read_only=read_only)


@contextmanager
def catalogue_import(
    storage: EmbeddedStorage, settings: LocalSettings
) -> Iterator[CatalogueImport]:
    """What loads catalogues; its processes end with the block."""
    with closing(FingerprintPool(settings.fetcher)) as pool:
        yield CatalogueImport(storage, settings.fetcher(), pool, time.time)
