"""The catalogue that ``lookalike import`` is given."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import typer

from lookalike.catalogue.feeds.feed import Feed

STANDARD_INPUT = Path("-")


@contextmanager
def opened_catalogue(catalogue: Path | Feed) -> Iterator[IO[bytes] | Path | Feed]:
    """Open a catalogue so that it can be read repeatedly, as ``CatalogueReader`` takes it.

    Standard input and pipes are first written to a temporary file.

    Args:
        catalogue: a file, a folder of pictures, or ``-`` for standard input; a feed is
            open already.
    """
    if isinstance(catalogue, Feed) or catalogue.is_dir():
        yield catalogue
    elif catalogue == STANDARD_INPUT:
        with _kept(sys.stdin.buffer) as file:
            yield file
    else:
        with catalogue.open("rb") as file:
            if file.seekable():
                yield file
                return
            with _kept(file) as kept:
                yield kept


@contextmanager
def _kept(pipe: IO[bytes]) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(pipe, file)
        yield file


def folder_of_pictures(catalogue: Path | Feed, images_root: Path | None) -> Path | None:
    """The folder that paths in a catalogue start from: where it is a folder, itself.

    Raises:
        typer.BadParameter: both are folders, and not the same.
    """
    if isinstance(catalogue, Feed) or not catalogue.is_dir():
        return images_root
    if images_root and not images_root.samefile(catalogue):
        raise typer.BadParameter("--images-root: a folder of pictures is its own root.")
    return catalogue
