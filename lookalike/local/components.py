"""The composition root of storage and imports on one machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import SettingInvalidError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.fetcher import CatalogueFetcher
from lookalike.images.fetching.folder import FolderFetcher
from lookalike.images.fetching.web import WebFetcher
from lookalike.local.imports.catalogue_import import CatalogueImport
from lookalike.local.imports.fingerprint_pool import FingerprintPool
from lookalike.matching.calibration import Calibration
from lookalike.storage.sqlite.storage import EmbeddedStorage

CALIBRATION_FILE = "calibration.json"
"""In the data folder: a calibration that ``lookalike evaluate --calibrate`` wrote."""
CALIBRATION_VARIABLE = "LOOKALIKE_CALIBRATION"
"""Names such a file elsewhere."""


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


def calibration_of(data: Path | None = None) -> Calibration:
    """The file that the environment names, else that of the data folder, else as shipped.

    Raises:
        SettingInvalidError: the file is there and cannot be used, or is named and not there.
    """
    named = os.environ.get(CALIBRATION_VARIABLE)
    path = Path(named) if named else data and data / CALIBRATION_FILE
    if path is None or not (named or path.exists()):
        return Calibration.shipped()
    try:
        return Calibration.read(path)
    except OSError as error:
        raise SettingInvalidError(
            f"The calibration {path} cannot be read: {error.strerror}."
        ) from error
    except ValueError as error:
        raise SettingInvalidError(
            f"The calibration {path} cannot be used: {error}. Write it anew with `lookalike "
            "evaluate --calibrate`, or take it away to get the percentages as they are shipped."
        ) from error


@contextmanager
def catalogue_import(
    storage: EmbeddedStorage, settings: LocalSettings
) -> Iterator[CatalogueImport]:
    """What loads catalogues; its processes end with the block."""
    with closing(FingerprintPool(settings.fetcher)) as pool:
        yield CatalogueImport(storage, settings.fetcher(), pool, time.time)
