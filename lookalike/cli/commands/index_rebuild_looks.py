"""``lookalike index rebuild-looks``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lookalike.cli.index_filling import (
    PROGRESS_HELP,
    Replicas,
    Shards,
    Workers,
    begun_filling,
    filled,
    tables_of_stack,
)
from lookalike.cli.index_place import (
    Endpoint,
    OfStack,
    Region,
    ServiceName,
    index_place,
    opened_admin,
)
from lookalike.errors import BadParameterError, StorageInvalidError
from lookalike.storage.opensearch.service import LOOKS_BASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lookalike.storage.embeddings import EmbeddingSpace, Quantisation
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
    workers: Workers = 8,
    shards: Shards = 1,
    replicas: Replicas = None,
    quantisation: Annotated[
        Literal["float16", "int8"],
        typer.Option(help="Of the vectors; the setting looks_quantisation of the environment."),
    ] = "float16",
    models: Annotated[
        Path | None,
        typer.Option(
            envvar="LOOKALIKE_MODELS",
            help="The models.toml that the environment of the stack names.",
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Its name in models.toml; unless given, the default one.")
    ] = None,
    may_miss: Annotated[
        int, typer.Option(min=0, help="How many products fewer than the serving index it may have.")
    ] = 0,
    progress: Annotated[Path, typer.Option(help=PROGRESS_HELP)] = Path("looks-rebuild.json"),
) -> None:
    """Fill a new index by looks of a model from the tables, in parallel, and make it serve.

    The index that serves goes on serving. The same command goes on where it was stopped. Products
    that are registered meanwhile come with the next reconciliation. Of a domain only.
    """
    from lookalike.aws.looks_rebuild import LooksRebuild
    from lookalike.aws.stores import dynamodb_client
    from lookalike.storage.embeddings import Quantisation
    from lookalike.storage.opensearch.client import connect
    from lookalike.storage.opensearch.index_load import LOAD_RETRIES, IndexLoad
    from lookalike.storage.opensearch.looks import OpenSearchLooks
    from lookalike.storage.opensearch.looks_schema import LooksSettings, index_version
    from lookalike.storage.scan_progress import ProgressFile, ScanProgress
    from lookalike.terminal import console

    place, file = index_place(stack, url, service, region), ProgressFile(progress)
    names = tables or _tables_of(stack, region)
    space = space_of_model(models, model, Quantisation(quantisation))
    with opened_admin(place, base, index_version(space)) as admin:
        copies = admin.replicas() if replicas is None else replicas
        settings = LooksSettings.of(space, shards=shards, replicas=copies)
        new_scan = ScanProgress(names[0], f"{admin.alias} at {place.url}", workers)
        begun = begun_filling(file, new_scan, lambda: admin.create(settings))
        client = connect(place.url, place.service, region=place.region, pool_size=workers)
        of_index = partial(OpenSearchLooks, client, space, base, retries=LOAD_RETRIES)
        new = of_index(index=begun.target)
        load = IndexLoad(client, begun.target)
        load.begin()
        rebuild = LooksRebuild.of_tables(dynamodb_client(region), *names, new)
        fill = partial(rebuild.run, begun, workers, on_damaged=_tell_damaged)
        console.print(filled(fill, begun, file, "product"))
        load.end(settings)
        _require_enough(new.count(), of_index().count(), may_miss)
        admin.switch(begun.target)
    file.remove()
    console.print(f"{begun.target} serves.")


def space_of_model(
    path: Path | None, name: str | None, quantisation: Quantisation
) -> EmbeddingSpace:
    """The embeddings of a model.

    Raises:
        SettingInvalidError: the file of the models cannot be used.
        BadParameterError: it has no such model.
    """
    from lookalike.aws.looks import BUILT_IN, deployed_spaces
    from lookalike.search.models.registry import read_settings

    settings = read_settings(path) if path else BUILT_IN
    spaces = deployed_spaces(settings, quantisation)
    wanted = name or settings.default
    if wanted not in spaces:
        known = ", ".join(sorted(spaces)) or "none"
        raise BadParameterError(f"There is no model {wanted!r}; the models are: {known}.")
    return spaces[wanted]


def _tables_of(stack: str | None, region: str | None) -> tuple[str, str]:
    otherwise = "Name the tables of products and pictures: --tables, or --stack."
    outputs = ("ProductsTable", "PicturesTable")
    products, pictures = tables_of_stack(stack, region, outputs, otherwise)
    return products, pictures


def _tell_damaged(failed: Mapping[str, NotApplied]) -> None:
    from lookalike.terminal import errors

    for entity_id, why in failed.items():
        errors.print(f"Left out: {entity_id}. {why.reason}")


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
