"""Deletes products of a data folder or of a service."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from lookalike.cli.remote.service import RemoteService
from lookalike.local.data_folder import open_existing_storage


def deleted_products(
    entity_ids: Sequence[str], data: Path, url: str | None, api_key: str | None
) -> list[str]:
    """Delete products at a service, or else in a data folder; return the ids that there were.

    Raises:
        LookalikeError: the service or the folder is away, or refuses. In a folder, nothing is
            deleted then.
    """
    if url:
        return list(filter(RemoteService(url, api_key).delete_product, entity_ids))
    with closing(open_existing_storage(data)) as storage, storage.transaction():
        return list(filter(storage.products.delete, entity_ids))
