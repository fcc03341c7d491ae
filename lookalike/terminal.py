"""The terminal: answers on standard output, all else on standard error, and a progress bar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

console = Console(highlight=False, soft_wrap=True, markup=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


class Advance(Protocol):
    """Says that some rows are done, and how many have failed so far."""

    def __call__(self, rows: int, failed: int) -> None:
        """Move the bar."""


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "-/s")


@contextmanager
def progress_bar(total: int) -> Iterator[Advance]:
    """A bar over ``total`` rows on standard error, if that is a terminal."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]} refused"),
        console=errors,
        disable=not errors.is_terminal,
    )
    with bar:
        task = bar.add_task("Importing", total=total, failed=0)
        yield lambda rows, failed: bar.update(task, advance=rows, failed=failed)
