"""``lookalike index rebuild-looks``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.index_place import (
    Endpoint,
    OfStack,
    Region,
    ServiceName,
    index_place,
    opened_admin,
)
from lookalike.cli.stack import require_output, stack_outputs
from lookalike.errors import SettingInvalidError, StorageInvalidError
from lookalike.storage.opensearch.service import LOOKS_BASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lookalike.aws.looks_rebuild import LooksRebuild
    from lookalike.storage.opensearch.admin import IndexAdmin
    from lookalike.storage.opensearch.looks_schema import LooksSettings
    from lookalike.storage.scan_progress import ProgressFile, ScanProgress
    from lookalike.sync.picture_sync import NotApplied


def rebuild_looks(
    stack: OfStack = None,
    url: Endpoint = None,
    service: ServiceName = None,
    region: Region = None,
    base: Annotated[str, typer.Option("--alias", help="Prefix of index names.")] = LOOKS_BASE,
    tables: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Tables of products and pictures; those of the stack unless given."),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Parts of the table that are read at once.")
    ] = 8,
    shards: Annotated[int, typer.Option(min=1, help="Primary shards.")] = 1,
    replicas: Annotated[
        int | None,
        typer.Option(
            min=0, help="Replicas of each shard; unless given, as many as the serving index has."
        ),
    ] = None,
    may_miss: Annotated[
        int, typer.Option(min=0, help="How many products fewer than the serving index it may have.")
    ] = 0,
    progress: Annotated[
        Path, typer.Option(help="File that knows how far the table is read; removed at the end.")
    ] = Path("looks-rebuild.json"),
) -> None:
    """Fill a new index by looks from the tables, in parallel, and make it serve.

    The index that serves goes on serving. The same command goes on where it was stopped. Products
    that are registered meanwhile come with the next reconciliation. Of a domain only.
    """
    from lookalike.aws.looks import deployed_space
    from lookalike.aws.looks_rebuild import LooksRebuild
    from lookalike.aws.stores import dynamodb_client
    from lookalike.storage.opensearch.client import connect
    from lookalike.storage.opensearch.index_load import LOAD_RETRIES, IndexLoad
    from lookalike.storage.opensearch.looks import OpenSearchLooks
    from lookalike.storage.opensearch.looks_schema import LooksSettings
    from lookalike.storage.scan_progress import ProgressFile, ScanProgress
    from lookalike.terminal import console

    place, file = index_place(stack, url, service, region), ProgressFile(progress)
    names, space = tables or _tables_of(stack, region), deployed_space()
    with opened_admin(place, base, space.version) as admin:
        copies = admin.replicas() if replicas is None else replicas
        settings = LooksSettings(shards=shards, replicas=copies, dimension=space.dimension)
        begun = _begun(file, ScanProgress(names[0], place.url, workers), admin, settings)
        client = connect(place.url, place.service, region=place.region, pool_size=workers)
        serving, new = (
            OpenSearchLooks(client, space, base, index=name, retries=LOAD_RETRIES)
            for name in (None, begun.target)
        )
        load = IndexLoad(client, begun.target)
        load.begin()
        rebuild = LooksRebuild.of_tables(dynamodb_client(), *names, new)
        console.print(_filled(rebuild, begun, file, workers))
        load.end(settings)
        _require_enough(new.count(), serving.count(), may_miss)
        admin.switch(begun.target)
    file.remove()
    console.print(f"{begun.target} serves.")


def _tables_of(stack: str | None, region: str | None) -> tuple[str, str]:
    if stack is None:
        raise SettingInvalidError("Name the tables of products and pictures: --tables, or --stack.")
    outputs = stack_outputs(stack, region)
    return require_output(outputs, "ProductsTable"), require_output(outputs, "PicturesTable")


def _begun(
    file: ProgressFile, new: ScanProgress, admin: IndexAdmin, settings: LooksSettings
) -> ScanProgress:
    """The progress of an earlier run, or a new one with an index that is just created."""
    from dataclasses import replace

    begun = file.read(new)
    if not begun.target:
        begun = replace(begun, target=admin.create(settings))
        file.save(begun)
    return begun


def _filled(rebuild: LooksRebuild, begun: ScanProgress, file: ProgressFile, workers: int) -> str:
    """Write what is left of the table; say how many products there were, and how fast."""
    import time

    from lookalike.terminal import counted, errors, progress_bar

    last, start = begun, time.monotonic()
    with progress_bar(None, "Indexing") as advance:

        def on_page(now: ScanProgress) -> None:
            nonlocal last
            file.save(now)
            advance(now.records - last.records, 0)
            last = now

        def on_damaged(failed: Mapping[str, NotApplied]) -> None:
            for entity_id, why in failed.items():
                errors.print(f"Left out: {entity_id}. {why.reason}")

        rebuild.run(begun, workers, on_page, on_damaged)
    count, seconds = last.records - begun.records, time.monotonic() - start
    return f"{counted(count, 'product')} added, {count / max(seconds, 0.001):,.0f} a second."


def _require_enough(here: int, there: int, may_miss: int) -> None:
    """Refuse to let an index serve that lacks products.

    Raises:
        StorageInvalidError: it does.
    """
    if here < there - may_miss:
        raise StorageInvalidError(
            f"The new index has {here:,} products, the serving one {there:,}: allow it to miss "
            "some (--may-miss)."
        )
