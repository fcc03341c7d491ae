"""``lookalike index drop-embeddings``, of a data folder or a deployment."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lookalike.cli.commands.index_embeddings import one_table, versions_of
from lookalike.cli.index_filling import PROGRESS_HELP, Workers, filled
from lookalike.cli.index_place import Region
from lookalike.cli.options import DEFAULT_DATA, FolderData
from lookalike.cli.stack import require_output, stack_outputs, used_aliases
from lookalike.errors import BadParameterError, SettingInvalidError


def drop_embeddings(
    version: Annotated[str, typer.Argument(help="As `lookalike index embeddings` prints it.")],
    data: FolderData = DEFAULT_DATA,
    stack: Annotated[
        str | None,
        typer.Option(
            "--stack",
            envvar="LOOKALIKE_STACK",
            callback=one_table,
            help="Name of a deployed stack, instead of a data folder.",
        ),
    ] = None,
    region: Region = None,
    workers: Workers = 8,
    progress: Annotated[Path, typer.Option(help=PROGRESS_HELP)] = Path("looks-drop.json"),
) -> None:
    """Remove the embeddings of a version that does not serve and is not in models.toml.

    Of a deployed stack: one that the stack does not use any more, from its table of pictures. Stop
    it with Ctrl-C: the same command goes on where it was.
    """
    if stack is None:
        _drop_of_folder(version, data)
    else:
        _drop_of_stack(version, stack, region, workers, progress)


def _drop_of_folder(version: str, data: Path) -> None:
    from lookalike.local.data_folder import open_existing_storage
    from lookalike.search.models.registry import read_models
    from lookalike.terminal import console

    with closing(open_existing_storage(data)) as storage:
        found = {each.version: each for each in versions_of(storage, read_models(data))}
        if version not in found:
            raise BadParameterError(f"There are no embeddings of a version {version!r}.")
        if found[version].serves:
            raise BadParameterError(f"{version} serves: searches that name no model use it.")
        if found[version].is_configured:
            raise BadParameterError(
                f"{version} is in models.toml, and would be computed again: remove it there, and "
                "start the service again."
            )
        storage.embeddings.drop(version)
    console.print(
        f"{found[version].bytes / 1e6:,.1f} MB of {version} are removed. The file keeps its size, "
        "and what is stored next takes their place."
    )


def _drop_of_stack(
    version: str, stack: str, region: str | None, workers: int, progress: Path
) -> None:
    from lookalike.aws.stores import dynamodb_client, embeddings_of_table
    from lookalike.storage.scan_progress import Cursor, ProgressFile, ScanProgress, segments_done
    from lookalike.terminal import console

    outputs = stack_outputs(stack, region)
    used = used_aliases(outputs)
    if used is None:
        raise SettingInvalidError(
            f"{stack} does not say which models it uses: deploy it by this release first."
        )
    if any(alias.endswith(f"-{version}") for alias in used):
        raise BadParameterError(
            f"{stack} uses {version}: remove it from models.toml, and deploy, first."
        )
    table, file = require_output(outputs, "PicturesTable"), ProgressFile(progress)
    begun = file.read(ScanProgress(table, f"nothing of {version}", workers))
    pictures = embeddings_of_table(dynamodb_client(region), table)

    def page(segment: int, cursor: Cursor) -> tuple[int, Cursor]:
        return pictures.drop(version, segment, begun.segments, cursor)

    drop = partial(segments_done, begun, page, workers)
    console.print(filled(drop, begun, file, "picture", "Dropping", f"have lost {version}"))
    file.remove()
