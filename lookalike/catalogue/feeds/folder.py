"""A folder of pictures as a catalogue: their names become ids."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from lookalike.catalogue.feeds.feed import Feed, Record
from lookalike.errors import CatalogueError
from lookalike.images.files import pictures_below


def open_folder(folder: Path) -> Feed:
    """Open a folder with all pictures below it, in the order of their paths.

    ``dresses/17.jpg`` has the entity_id ``dresses/17``, and its path as image_url.

    Raises:
        CatalogueError: there is no picture in the folder.
    """
    records = _records(folder)
    first = next(records, None)
    if first is None:
        raise CatalogueError(f"There is no picture in the folder {folder}.")
    return Feed("Folder of pictures", list(first.values), chain([first], records))


def _records(folder: Path) -> Iterator[Record]:
    for number, path in enumerate(pictures_below(folder), 1):
        name = path.relative_to(folder)
        entity_id = name.with_suffix("").as_posix()
        yield Record(number, {"entity_id": entity_id, "image_url": name.as_posix()})
