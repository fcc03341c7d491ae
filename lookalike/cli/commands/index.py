"""``lookalike index``: the indices that a deployed service searches in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lookalike.cli.index_place import (
    Endpoint,
    OfStack,
    Region,
    ServiceName,
    index_place,
    opened_admin,
)
from lookalike.cli.options import AsJson
from lookalike.cli.stack import stack_outputs, used_aliases
from lookalike.storage.opensearch.service import INDEX_BASE, LOOKS_BASE, OpenSearchService

if TYPE_CHECKING:
    from lookalike.storage.opensearch.admin import IndexInfo, Progress

app = typer.Typer(
    help="Create, switch and drop the OpenSearch indices of a deployed service; compute, list and "
    "drop the embeddings of a data folder.",
    no_args_is_help=True,
)

Base = Annotated[
    str,
    typer.Option("--alias", envvar="LOOKALIKE_INDEX_ALIAS", help="Prefix of index names."),
]
Name = Annotated[str, typer.Argument(help="Name of an index, as `list` prints it.")]


@app.command("list")
def list_indices(
    stack: OfStack = None,
    url: Endpoint = None,
    service: ServiceName = None,
    region: Region = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--alias",
            envvar="LOOKALIKE_INDEX_ALIAS",
            help="Prefix of index names; those of fingerprints and by looks unless given.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List all indices; a star marks those that serve."""
    import json

    from lookalike.cli.output import show_json
    from lookalike.terminal import console

    place = index_place(stack, url, service, region)
    indices: list[IndexInfo] = []
    for each in (base,) if base else (INDEX_BASE, LOOKS_BASE):
        with opened_admin(place, each) as admin:
            indices += admin.indices()
    if as_json:
        show_json(json.dumps([asdict(index) for index in indices], indent=2))
        return
    for index in indices:
        console.print(
            f"{'*' if index.serves else ' '} {index.name:<30} {index.pictures:>12,} pictures "
            f"{index.bytes / 1e6:>12,.1f} MB  {index.health}"
        )


@app.command()
def create(
    stack: OfStack = None,
    url: Endpoint = None,
    service: ServiceName = None,
    region: Region = None,
    base: Base = INDEX_BASE,
    copy: Annotated[
        bool, typer.Option(help="Fill it with the pictures of the serving index of this version.")
    ] = False,
    engine: Annotated[
        Literal["lucene", "faiss"], typer.Option(help="Library that searches; of a domain only.")
    ] = "lucene",
    m: Annotated[int, typer.Option(min=2, max=100, help="Links of a vector in the graph.")] = 32,
    ef_construction: Annotated[
        int, typer.Option(min=2, help="Candidates for links of a new vector.")
    ] = 256,
    shards: Annotated[int, typer.Option(min=1, help="Primary shards.")] = 1,
    replicas: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Replicas of each shard; unless given, as the serving index or the domain has.",
        ),
    ] = None,
) -> None:
    """Create the next index for this release's fingerprints. It serves at once where none does.

    A serverless collection decides about engine, shards and replicas itself.
    """
    from lookalike.storage.opensearch.schema import SERVERLESS_SETTINGS, Engine, IndexSettings
    from lookalike.terminal import console, counted

    place = index_place(stack, url, service, region)
    with opened_admin(place, base) as admin:
        if place.service is OpenSearchService.SERVERLESS:
            settings = SERVERLESS_SETTINGS
        else:
            copies = admin.replicas() if replicas is None else replicas
            settings = IndexSettings(
                Engine(engine), m, ef_construction, shards=shards, replicas=copies
            )
        name = admin.create(settings)
        if copy:
            with _bar(f"Copying to {name}") as progress:
                copied = admin.copy(name, progress)
            console.print(f"{counted(copied, 'picture')} copied.")
        if admin.serving_index() == name:
            console.print(f"{name} was created and serves.")
        else:
            console.print(f"{name} was created. `lookalike index switch {name}` makes it serve.")


@app.command()
def switch(
    name: Name,
    stack: OfStack = None,
    url: Endpoint = None,
    service: ServiceName = None,
    region: Region = None,
    base: Base = INDEX_BASE,
    may_miss: Annotated[
        int,
        typer.Option(
            min=0,
            help="How many pictures fewer than the serving index it may have: those that were "
            "registered since it was filled. The next reconciliation adds them.",
        ),
    ] = 0,
    sample: Annotated[
        int, typer.Option(min=1, max=10_000, help="Pictures of its own that it must find.")
    ] = 50,
) -> None:
    """Make an index serve, in one step, if it has enough pictures and finds its own."""
    from lookalike.terminal import console

    with opened_admin(index_place(stack, url, service, region), base) as admin:
        admin.verify(name, may_miss=may_miss, sample=sample)
        before = admin.switch(name)
    kept = f" {before} still exists." if before and before != name else ""
    console.print(f"{name} serves.{kept}")


@app.command()
def drop(
    name: Name,
    stack: OfStack = None,
    url: Endpoint = None,
    service: ServiceName = None,
    region: Region = None,
    base: Base = INDEX_BASE,
) -> None:
    """Delete an index that does not serve.

    With --stack also one that an alias points to, of a model or an algorithm version that is not
    deployed any more.
    """
    from lookalike.terminal import console

    # An address wins over a stack, as in ``index_place``: what the stack uses says nothing of it.
    used = used_aliases(stack_outputs(stack, region)) if stack and not url else None
    with opened_admin(index_place(stack, url, service, region), base) as admin:
        admin.drop(name, used)
    console.print(f"{name} was deleted.")


@contextmanager
def _bar(what: str) -> Iterator[Progress]:
    """A bar on standard error, if that is a terminal."""
    from rich.progress import Progress as Bar

    from lookalike.terminal import errors

    with Bar(console=errors, disable=not errors.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
