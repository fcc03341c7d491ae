"""The catalogue that a command loads into: that of a service, or else in a data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from lookalike.cli.output import say_waiting
from lookalike.cli.remote.catalogue_import import RemoteImport
from lookalike.cli.remote.service import RemoteService
from lookalike.cli.remote.waiting import Waiting
from lookalike.duplicates.arrival import ArrivalPolicy
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.local.arrivals import arrival_policy
from lookalike.local.data_folder import open_storage
from lookalike.local.feed_sync.storage_target import StorageTarget
from lookalike.local.feed_sync.target import SyncTarget
from lookalike.local.imports.catalogue_import import catalogue_import
from lookalike.local.settings import LocalSettings
from lookalike.storage.interfaces import Storage


@contextmanager
def catalogue_place(
    settings: LocalSettings,
    url: str | None,
    api_key: str | None,
    *,
    read_only: bool = False,
    on_duplicate: OnDuplicate | None = None,
) -> Iterator[SyncTarget]:
    """Open the catalogue of a service, or else of the data folder.

    Args:
        settings: of the data folder, and where files are.
        url: of the service.
        api_key: of a deployed service.
        read_only: refuse to write into the data folder.
        on_duplicate: check each product before it is stored, and do this if another one shows the
            same photograph; ``None``: nothing is checked.
    """
    if url:
        yield _service(settings, url, api_key, on_duplicate)
        return
    with (
        closing(open_storage(settings.data, read_only=read_only)) as storage,
        catalogue_import(storage, settings, _policy(storage, settings, on_duplicate)) as loader,
    ):
        yield StorageTarget(storage, loader)


def _policy(
    storage: Storage, settings: LocalSettings, on_duplicate: OnDuplicate | None
) -> ArrivalPolicy | None:
    return arrival_policy(storage, settings, on_duplicate) if on_duplicate else None


def _service(
    settings: LocalSettings, url: str, api_key: str | None, on_duplicate: OnDuplicate | None
) -> RemoteImport:
    # Without retries: who mistypes an address should not wait for them.
    version = RemoteService(url, api_key).status().algorithm_version
    waiting = Waiting(say_waiting)
    service = RemoteService(url, api_key, waiting.retry_policy(), on_duplicate)
    return RemoteImport(
        service, settings.folder_fetcher(), version, waiting, refreshes=not settings.refresh_after
    )
