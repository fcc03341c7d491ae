"""Shows the answers and errors of commands."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from lookalike.catalogue.exports.table_files import Write, table_text
from lookalike.terminal import console, errors

if TYPE_CHECKING:
    from pathlib import Path

    from lookalike.api.find_similar.models import CheckAnswer
    from lookalike.errors import LookalikeError

_CONTROL = re.compile("[\x7f-\x9f]")


def complain(sentence: str) -> None:
    """Print an error on standard error."""
    errors.print(f"lookalike: {sentence}", style="red")


def complain_of(error: LookalikeError) -> None:
    """Print what an error says, and what can be done about it on the command line."""
    complain(" ".join(filter(None, (error.detail, error.at_command_line))))


def say_waiting(seconds: float) -> None:
    """Say that the command waits for a service."""
    errors.print(f"The service asks for {seconds:.0f} seconds: waiting.")


def say_if_new(data: Path) -> None:
    """Say that a data folder will be created, since its name may be mistyped."""
    from lookalike.local.data_folder import has_storage

    if not has_storage(data):
        errors.print(f"The data folder {data} is new: there is no catalogue in it yet.")


def show_json(text: str) -> None:
    """Print JSON, with escapes for the control characters that JSON allows within strings."""
    console.out(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text), highlight=False)


@contextmanager
def printed_table(table_format: str, columns: Collection[str]) -> Iterator[Write]:
    """Print a table, whatever encoding and line ends the terminal has; see ``table_text``."""
    file = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
    try:
        yield table_text(file, table_format, columns)
        file.flush()
    except BrokenPipeError:
        console.on_broken_pipe()
    finally:
        with suppress(BrokenPipeError):
            file.detach()  # closing it would close standard output itself


def show_check(answer: CheckAnswer) -> None:
    """Print the answer of a check: a row for each match, and below it the same in words."""
    from lookalike.cli.words import match_in_words

    if not answer.matches:
        console.print("Not in the catalogue.")
    for match in answer.matches:
        console.print(
            f"{match.match_percentage:6.2f} %  {match.verdict:<14}  {match.entity_id}  "
            f"{match.sku}  {match.image_url or ''}"
        )
        console.print(f"{'':10}{match_in_words(match)}")
