"""``lookalike index rebuild``."""

from __future__ import annotations

import time
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
from lookalike.errors import SettingInvalidError
from lookalike.storage.opensearch.service import INDEX_BASE

if TYPE_CHECKING:
    from lookalike.storage.opensearch.index_load import IndexLoad
    from lookalike.storage.scan_progress import ProgressFile, ScanProgress


def rebuild(
    stack: OfStack = None,
    url: Endpoint = None,
    service: ServiceName = None,
    region: Region = None,
    base: Annotated[
        str,
        typer.Option("--alias", envvar="LOOKALIKE_INDEX_ALIAS", help="Prefix of index names."),
    ] = INDEX_BASE,
    table: Annotated[
        str | None, typer.Option(help="Table of pictures; that of the stack unless given.")
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
        int, typer.Option(min=0, help="How many pictures fewer than the serving index it may have.")
    ] = 0,
    progress: Annotated[
        Path, typer.Option(help="File that knows how far the table is read; removed at the end.")
    ] = Path("index-rebuild.json"),
) -> None:
    """Fill a new index from the table of pictures, in parallel, and make it serve.

    The index that serves goes on serving. The new one has no replicas and no refresh meanwhile; at
    the end its segments are merged, it is searched for a sample, and the alias moves in one step.
    The same command goes on where it was stopped. Pictures that are registered meanwhile come with
    the next reconciliation. Of a domain only.
    """
    from dataclasses import replace

    from lookalike.storage.opensearch.client import connect
    from lookalike.storage.opensearch.index_load import IndexLoad
    from lookalike.storage.opensearch.schema import IndexSettings
    from lookalike.storage.scan_progress import ProgressFile, ScanProgress
    from lookalike.terminal import console

    place, file = index_place(stack, url, service, region), ProgressFile(progress)
    with opened_admin(place, base) as admin:
        copies = admin.replicas() if replicas is None else replicas
        settings = IndexSettings(shards=shards, replicas=copies)
        begun = file.read(ScanProgress(table or _table_of(stack, region), place.url, workers))
        if not begun.target:
            begun = replace(begun, target=admin.create(settings))
            file.save(begun)
        client = connect(place.url, place.service, region=place.region, pool_size=workers)
        load = IndexLoad(client, begun.target)
        load.begin()
        console.print(_filled(load, begun, file, workers))
        load.end(settings)
        admin.verify(begun.target, may_miss=may_miss)
        admin.switch(begun.target)
    file.remove()
    console.print(f"{begun.target} serves.")


def _table_of(stack: str | None, region: str | None) -> str:
    if stack is None:
        raise SettingInvalidError("Name the table of pictures: --table, or --stack.")
    return require_output(stack_outputs(stack, region), "PicturesTable")


def _filled(load: IndexLoad, begun: ScanProgress, file: ProgressFile, workers: int) -> str:
    """Add what is left of the table; say how many pictures there were, and how fast."""
    from lookalike.aws.index_rebuild import IndexRebuild
    from lookalike.aws.stores import dynamodb_client, pictures_of_table
    from lookalike.fingerprint.version import ALGORITHM_VERSION
    from lookalike.terminal import counted, progress_bar

    last, start = begun, time.monotonic()
    with progress_bar(None, "Indexing") as advance:

        def on_page(now: ScanProgress) -> None:
            nonlocal last
            file.save(now)
            advance(now.records - last.records, 0)
            last = now

        pictures = pictures_of_table(dynamodb_client(), begun.table)
        IndexRebuild(pictures, load, ALGORITHM_VERSION).run(begun, workers, on_page)
    count, seconds = last.records - begun.records, time.monotonic() - start
    return f"{counted(count, 'picture')} added, {count / max(seconds, 0.001):,.0f} a second."
