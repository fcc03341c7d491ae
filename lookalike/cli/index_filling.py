"""What commands share that fill a new index from a table, and go on where they were stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.stack import require_output, stack_outputs
from lookalike.errors import SettingInvalidError

if TYPE_CHECKING:
    from lookalike.storage.scan_progress import ProgressFile, ScanProgress

Workers = Annotated[
    int, typer.Option(min=1, max=64, help="Parts of the table that are read at once.")
]
Shards = Annotated[int, typer.Option(min=1, help="Primary shards.")]
Replicas = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="Replicas of each shard; unless given, as the serving index or the domain has.",
    ),
]
PROGRESS_HELP = "File that knows how far the table is read; removed at the end."


def begun_filling(file: ProgressFile, new: ScanProgress, create: Callable[[], str]) -> ScanProgress:
    """The progress of an earlier run, or a new one with an index that is just created.

    Args:
        file: of the progress.
        new: where an earlier run has left nothing.
        create: creates the index, and returns its name.
    """
    begun = file.read(new)
    if not begun.target:
        begun = replace(begun, target=create())
        file.save(begun)
    return begun


def filled(
    fill: Callable[[Callable[[ScanProgress], None]], None],
    begun: ScanProgress,
    file: ProgressFile,
    noun: str,
    doing: str = "Indexing",
    done: str = "added",
) -> str:
    """Write what is left of the table; say how many things there were, and how fast.

    Args:
        fill: called with what is to be called after each page.
        begun: how far the table was read before.
        file: of the progress.
        noun: what is written, in the singular.
        doing: a word for it, beside the bar.
        done: what became of them, in words.
    """
    from lookalike.terminal import counted, progress_bar

    last, start = begun, time.monotonic()
    with progress_bar(None, doing) as advance:

        def on_page(now: ScanProgress) -> None:
            nonlocal last
            file.save(now)
            advance(now.records - last.records, 0)
            last = now

        fill(on_page)
    count, seconds = last.records - begun.records, time.monotonic() - start
    return f"{counted(count, noun)} {done}, {count / max(seconds, 0.001):,.0f} a second."


def pictures_table(stack: str | None, region: str | None) -> str:
    """The name of the table of pictures of a stack.

    Raises:
        SettingInvalidError: no stack is named, or it has no such table.
    """
    otherwise = "Name the table of pictures: --table, or --stack."
    [name] = tables_of_stack(stack, region, ("PicturesTable",), otherwise)
    return name


def tables_of_stack(
    stack: str | None, region: str | None, outputs: tuple[str, ...], otherwise: str
) -> tuple[str, ...]:
    """The names of tables that a stack has among its outputs.

    Raises:
        SettingInvalidError: no stack is named; ``otherwise`` says what to do.
    """
    if stack is None:
        raise SettingInvalidError(otherwise)
    found = stack_outputs(stack, region)
    return tuple(require_output(found, output) for output in outputs)
