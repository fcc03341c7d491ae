"""The terminal: answers go to standard output, all else to standard error."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

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
from typing_extensions import override

OUTPUT_CLOSED = 141
"""Exit code where what reads the answers has closed, such as ``head``; shells use the same one."""


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that command a terminal, or turn the direction of text, but for tab and line end."""


def visible(text: str) -> str:
    """The text with escapes for characters that would command the terminal.

    Names of products and files are anybody's.
    """
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def counted(count: int, noun: str) -> str:
    """A number of things: ``1 row``, ``1,200 rows``."""
    return f"{count:,} {noun if count == 1 else f'{noun}s'}"


class _Terminal(Console):
    @override
    def print(self, *objects: Any, **options: Any) -> None:
        texts = (visible(each) if isinstance(each, str) else each for each in objects)
        super().print(*texts, **options)

    @override
    def on_broken_pipe(self) -> None:
        """End quietly: nobody reads what would follow.

        SIGPIPE itself stays ignored, since it would also end a service whose client has gone.
        """
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())  # the interpreter flushes it at its end
        raise SystemExit(OUTPUT_CLOSED)


console = _Terminal(highlight=False, soft_wrap=True, markup=False)
errors = _Terminal(stderr=True, highlight=False, soft_wrap=True, markup=False)


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
