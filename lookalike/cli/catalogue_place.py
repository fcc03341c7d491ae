"""The catalogue that a command loads into: that of a service, or else in a data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from lookalike.cli.output import say_waiting
from lookalike.cli.remote.catalogue_import import RemoteImport
from lookalike.cli.remote.service import RemoteService
from lookalike.cli.remote.waiting import Waiting
from lookalike.local.data_folder import open_storage
from lookalike.local.feed_sync.storage_target import StorageTarget
from lookalike.local.feed_sync.target import SyncTarget
from lookalike.local.imports.catalogue_import import catalogue_import
from lookalike.local.settings import LocalSettings


@contextmanager
def catalogue_place(
    settings: LocalSettings, url: str | None, api_key: str | None, *, read_only: bool = False
) -> Iterator[SyncTarget]:
    """Open the catalogue of a service, or else of the data folder.

    Args:
        settings: of the data folder, and where files are.
        url: of the service.
        api_key: of a deployed service.
        read_only: refuse to write into the data folder.
    """
    if url:
        yield _service(settings, url, api_key)
        return
    with (
        closing(open_storage(settings.data, read_only=read_only)) as storage,
        catalogue_import(storage, settings) as loader,
    ):
        yield StorageTarget(storage, loader)


def _service(settings: LocalSettings, url: str, api_key: str | None) -> RemoteImport:
    # Without retries: who mistypes an address should not wait for them.
    version = RemoteService(url, api_key).status().algorithm_version
    waiting = Waiting(say_waiting)
    service = RemoteService(url, api_key, waiting.retry_policy())
    return RemoteImport(service, settings.folder_fetcher(), version, waiting)
