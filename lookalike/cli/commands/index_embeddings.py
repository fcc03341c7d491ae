"""``lookalike index embed``, of a data folder or a deployment; ``embeddings``, of a data folder."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.exit_codes import INCOMPLETE
from lookalike.cli.index_filling import PROGRESS_HELP, Workers, tables_of_stack
from lookalike.cli.index_place import Region
from lookalike.cli.options import DEFAULT_DATA, AsJson, FolderData, typed_options
from lookalike.cli.table_embedding import TablePlace, embed_table, read_models_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lookalike.search.models.registry import Models
    from lookalike.storage.embeddings import StorageWithEmbeddings

SHOWN = 10
"""Refused pictures that are shown."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a data folder has of one version of a model.

    Attributes:
        version: of the model.
        serves: whether searches that name no model use it.
        is_configured: whether models.toml has it.
        pictures: how many are embedded.
        bytes: of their embeddings.
        refused: why the model refuses pictures, by fingerprint id.
    """

    version: str
    serves: bool
    is_configured: bool
    pictures: int
    bytes: int
    refused: Mapping[str, str]

    def __str__(self) -> str:
        """A line for people."""
        left_out = f", {len(self.refused):,} refused" if self.refused else ""
        unused = "" if self.serves or self.is_configured else "  not in models.toml"
        return (
            f"{'*' if self.serves else ' '} {self.version:<30} {self.pictures:>12,} pictures"
            f"{left_out} {self.bytes / 1e6:>12,.1f} MB{unused}"
        )


def one_table(
    context: typer.Context, parameter: typer.CallbackParam, value: str | None
) -> str | None:
    """A typed folder wins over a stack of the environment; typing both is an error."""
    typed = typed_options(context, "data", "stack", "table")
    if len(typed) > 1:
        raise typer.BadParameter("Give --data, --stack or --table: the pictures are in one place.")
    return value if typed in ([], [parameter.name]) else None


def embed(
    data: FolderData = DEFAULT_DATA,
    again: Annotated[
        bool, typer.Option("--again", help="Ask again for pictures that a model has refused.")
    ] = False,
    switch: Annotated[
        bool,
        typer.Option(
            "--switch",
            help="Search with the default model of models.toml afterwards, even if it does not "
            "answer and pictures are missing. Of a data folder only.",
        ),
    ] = False,
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack",
            envvar="LOOKALIKE_STACK",
            callback=one_table,
            help="Name of a deployed stack whose pictures are embedded, instead of a data folder.",
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(callback=one_table, help="Table of pictures, instead of a stack."),
    ] = None,
    region: Region = None,
    models: Annotated[
        Path | None,
        typer.Option(
            help="The models.toml that the environment of the stack names; unless given, "
            "LOOKALIKE_MODELS, else the built-in model."
        ),
    ] = None,
    workers: Workers = 8,
    progress: Annotated[Path, typer.Option(help=PROGRESS_HELP)] = Path("looks-embed.json"),
) -> None:
    """Embed the pictures that a model of models.toml has not embedded yet.

    Of a data folder: then searches by looks use the default model of models.toml; until then they
    use the one before. lookalike serve does the same in the background. Of a deployed stack: the
    next reconciliation lets searches find them. Stop it with Ctrl-C: the same command goes on where
    it was. Exit code 3: a model refuses some pictures.
    """
    from lookalike.storage.scan_progress import ProgressFile

    if stack is None and table is None:
        refused = _embed_folder(data, again=again, switch=switch)
    elif switch:
        raise typer.BadParameter("--switch is of a data folder: deploy with another default.")
    else:
        place = _table_place(stack, table, region)
        found, file = read_models_of(models), ProgressFile(progress)
        refused = embed_table(place, found, file, workers, again=again)
    if refused:
        raise typer.Exit(INCOMPLETE)


def _table_place(stack: str | None, table: str | None, region: str | None) -> TablePlace:
    if table is not None:
        return TablePlace(table, region)
    outputs = ("PicturesTable", "ImportsTable")
    pictures, imports = tables_of_stack(stack, region, outputs, "Name the stack: --stack.")
    return TablePlace(pictures, region, imports)


def _embed_folder(data: Path, *, again: bool, switch: bool) -> int:
    """Embed the pictures of a data folder; how many are refused."""
    from lookalike.fingerprint.network import Network
    from lookalike.local.data_folder import open_existing_storage
    from lookalike.search.embedding import MissingEmbeddings
    from lookalike.search.models.registry import read_models
    from lookalike.terminal import progress_bar

    with closing(open_existing_storage(data)) as storage:
        models = read_models(data)
        if again:
            for model in models.by_name.values():
                storage.embeddings.forget_refusals(model.space.version)
        missing = MissingEmbeddings(storage, models, Network.load())
        try:
            with progress_bar(None, "Embedding") as advance:
                missing.compute(advance)
        finally:
            if switch:
                missing.move_default()
            refused = _tell(storage, models)
    return refused


def embeddings(data: FolderData = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """List the embeddings of a data folder, by version of their model; a star marks what serves.

    With --json, every picture that a model refuses is listed with the reason.
    """
    from lookalike.cli.output import show_json
    from lookalike.local.data_folder import open_storage
    from lookalike.search.models.registry import read_models
    from lookalike.terminal import console

    with closing(open_storage(data, read_only=True)) as storage:
        found = versions_of(storage, read_models(data))
    if as_json:
        show_json(json.dumps([asdict(each) for each in found], indent=2))
        return
    for each in found:
        console.print(str(each))


def versions_of(storage: StorageWithEmbeddings, models: Models) -> list[Version]:
    """What a data folder has, and may get, of each version of a model."""
    from lookalike.search.ranked_pictures import DEFAULT_ALIAS, fullest

    store, configured = storage.embeddings, models.versions.keys()
    counts, sizes = store.counts(), store.sizes()
    serving = store.alias(DEFAULT_ALIAS) or fullest(store, configured)
    return [
        Version(
            version,
            version == serving,
            version in configured,
            counts.get(version, 0),
            sizes.get(version, 0),
            store.refusals(version),
        )
        for version in sorted(counts.keys() | configured)
    ]


def _tell(storage: StorageWithEmbeddings, models: Models) -> int:
    """Print how many pictures each model has, and which it refuses; how many these are."""
    from lookalike.terminal import console, errors

    pictures, refused = storage.pictures.count(), 0
    for each in versions_of(storage, models):
        if each.is_configured:
            console.print(f"{each.version}: {each.pictures:,} of {pictures:,} pictures.")
            for fingerprint_id, why in list(each.refused.items())[:SHOWN]:
                errors.print(f"Refused: {fingerprint_id}. {why}")
            if len(each.refused) > SHOWN:
                errors.print(
                    f"{len(each.refused) - SHOWN:,} more: lookalike index embeddings --json"
                )
            refused += len(each.refused)
    return refused
