"""The terminal: answers go to standard output, all else to standard error."""

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
    """Says that some items are done, and how many have failed so far."""

    def __call__(self, items: int, failed: int) -> None:
        """Move the bar."""


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "-/s")


@contextmanager
def progress_bar(
    total: int | None, description: str = "Importing", failed_are: str = "refused"
) -> Iterator[Advance]:
    """Show a bar on standard error, if that is a terminal.

    Args:
        total: how many items there are; ``None`` where that is not known.
        description: what is being done.
        failed_are: what is said of items that have failed.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        TextColumn(f"{{task.fields[failed]}} {failed_are}"),
        console=errors,
        redirect_stdout=console.is_terminal,  # answers stand above the bar, or go to their file
        disable=not errors.is_terminal,
    )
    with bar:
        task = bar.add_task(description, total=total, failed=0)
        yield lambda items, failed: bar.update(task, advance=items, failed=failed)
