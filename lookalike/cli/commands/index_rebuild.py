"""``lookalike index rebuild``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lookalike.cli.index_filling import (
    PROGRESS_HELP,
    Replicas,
    Shards,
    Workers,
    begun_filling,
    filled,
    pictures_table,
)
from lookalike.cli.index_place import (
    Endpoint,
    OfStack,
    Region,
    ServiceName,
    index_place,
    opened_admin,
)
from lookalike.storage.opensearch.service import INDEX_BASE


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
    workers: Workers = 8,
    shards: Shards = 1,
    replicas: Replicas = None,
    may_miss: Annotated[
        int, typer.Option(min=0, help="How many pictures fewer than the serving index it may have.")
    ] = 0,
    progress: Annotated[Path, typer.Option(help=PROGRESS_HELP)] = Path("index-rebuild.json"),
) -> None:
    """Fill a new index from the table of pictures, in parallel, and make it serve.

    The index that serves goes on serving. The new one has no refresh meanwhile, and as few replicas
    as the domain takes; at the end its segments are merged, it is searched for a sample, and the
    alias moves in one step.
    The same command goes on where it was stopped. Pictures that are registered meanwhile come with
    the next reconciliation. Of a domain only.
    """
    from lookalike.aws.index_rebuild import IndexRebuild
    from lookalike.aws.stores import dynamodb_client, pictures_of_table
    from lookalike.fingerprint.version import ALGORITHM_VERSION
    from lookalike.storage.opensearch.client import connect
    from lookalike.storage.opensearch.index_load import IndexLoad
    from lookalike.storage.opensearch.schema import IndexSettings
    from lookalike.storage.scan_progress import ProgressFile, ScanProgress
    from lookalike.terminal import console

    place, file = index_place(stack, url, service, region), ProgressFile(progress)
    with opened_admin(place, base) as admin:
        copies = admin.replicas() if replicas is None else replicas
        settings = IndexSettings(shards=shards, replicas=copies)
        new = ScanProgress(table or pictures_table(stack, region), place.url, workers)
        begun = begun_filling(file, new, lambda: admin.create(settings))
        client = connect(place.url, place.service, region=place.region, pool_size=workers)
        load = IndexLoad(client, begun.target)
        load.begin()
        rebuild = IndexRebuild(
            pictures_of_table(dynamodb_client(region), begun.table), load, ALGORITHM_VERSION
        )
        console.print(filled(partial(rebuild.run, begun, workers), begun, file, "picture"))
        load.end(settings)
        admin.verify(begun.target, may_miss=may_miss)
        admin.switch(begun.target)
    file.remove()
    console.print(f"{begun.target} serves.")
