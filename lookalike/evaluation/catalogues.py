"""Reads the catalogues to evaluate: catalogue files, and folders of pictures."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.rows import CatalogueReader
from lookalike.errors import BadParameterError, CatalogueError, LookalikeError
from lookalike.images.fetching.web import WebFetcher
from lookalike.storage.import_runs import FailedRow

SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif", ".heic", ".heif"}
)
"""Lower-case extensions of the files in a folder that are read as pictures."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A catalogue entry with a picture.

    Attributes:
        entity_id: unique among all catalogues of a run.
        domain: the catalogue or folder of the entry; reports have tables for each.
        group: the product: entries with one sku are never unrelated to each other. An entry
            without a sku is its own group.
        path: the picture's file.
        colour: of the product; empty if the catalogue does not say.
        view: such as ``main`` or ``back``; empty if the catalogue does not say.
        photograph: the same for all pictures that a shop made of one photograph; empty if the
            catalogue does not say.
        attributes: further columns of the catalogue.
    """

    entity_id: str
    domain: str
    group: str
    path: Path
    colour: str = ""
    view: str = ""
    photograph: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def style(self) -> str:
        """The group without its domain; ``evaluation.split.assigned_half`` splits by it."""
        return self.group.removeprefix(f"{self.domain}:")


@dataclass(frozen=True, slots=True)
class Refused:
    """A catalogue row or a picture that cannot be evaluated, and the reason."""

    domain: str
    name: str
    code: str
    detail: str


def read_catalogues(
    sources: Sequence[Path],
    images_root: Path | None,
    downloads: Path,
    sku_pattern: str = "",
    columns: Mapping[str, str] | None = None,
) -> tuple[list[Entry], list[Refused]]:
    """All entries of some catalogue files and folders, and the rows that were refused.

    Args:
        sources: catalogue files (``entity_id,sku,image_url``; ``colour``, ``view`` and
            ``photograph`` are used), or folders in which every picture is a product.
        images_root: the folder that relative paths start from; ``None``: that of the catalogue.
        downloads: the folder for pictures from web addresses.
        sku_pattern: a regular expression. Its match at the start of the entity_id is the sku of an
            entry that has none.
        columns: what the columns of files say, where their names do not; as of ``CatalogueReader``.

    Raises:
        CatalogueError: a file is no catalogue, or a folder contains no pictures.
        BadParameterError: the pattern is no regular expression.
    """
    sku = _compiled(sku_pattern)
    entries: dict[str, Entry] = {}
    refused: list[Refused] = []
    for source, domain in zip(sources, _domains(sources), strict=True):
        if source.is_dir():
            found: Iterator[Entry | Refused] = _of_folder(source, domain)
        else:
            records = _records(source, columns)
            found = _of_file(records, domain, images_root or source.parent, downloads, sku)
        for item in found:
            if isinstance(item, Refused):
                refused.append(item)
            else:
                entry = _with_unique_id(item, entries)
                entries[entry.entity_id] = entry
    return list(entries.values()), refused


def _domains(sources: Sequence[Path]) -> list[str]:
    """The names of files and folders, with numbers to tell equal names apart."""
    names: list[str] = []
    for source in sources:
        names.append(_free(source.resolve().stem, names))
    return names


def _free(name: str, taken: Container[str]) -> str:
    """The name, or the first one with a number behind it that is not taken."""
    numbered = (f"{name}-{number}" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def _with_unique_id(entry: Entry, taken: dict[str, Entry]) -> Entry:
    if entry.entity_id not in taken:
        return entry
    return replace(entry, entity_id=_free(f"{entry.domain}:{entry.entity_id}", taken))


def _of_folder(folder: Path, domain: str) -> Iterator[Entry]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise CatalogueError(
            f"{folder} holds no pictures. Name a folder with image files, or a catalogue."
        )
    for path in paths:
        name = path.relative_to(folder).as_posix()
        yield Entry(name, domain, f"{domain}:{name}", path)


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise BadParameterError(f"{pattern} is no regular expression: {error}.") from error


def _records(
    catalogue: Path, columns: Mapping[str, str] | None
) -> Iterator[CatalogueRow | FailedRow]:
    try:
        file = catalogue.open("rb")
    except OSError as error:
        raise CatalogueError(f"{catalogue} cannot be read: {error.strerror}.") from error
    with file:
        yield from CatalogueReader(file, columns)


def _of_file(
    rows: Iterable[CatalogueRow | FailedRow],
    domain: str,
    root: Path,
    downloads: Path,
    sku: re.Pattern[str],
) -> Iterator[Entry | Refused]:
    for row in rows:
        if not isinstance(row, CatalogueRow):
            yield Refused(domain, f"row {row.row}", row.code, row.detail)
            continue
        try:
            path = _picture_file(row.image_url, root, downloads)
        except LookalikeError as error:
            yield Refused(domain, row.entity_id, error.code, error.detail)
            continue
        yield _entry(row, domain, path, sku)


def _entry(row: CatalogueRow, domain: str, path: Path, sku: re.Pattern[str]) -> Entry:
    found = sku.match(row.entity_id)
    return Entry(
        row.entity_id,
        domain,
        f"{domain}:{row.sku or (found and found[0]) or row.entity_id}",
        path,
        row.attributes.get("colour", row.attributes.get("color", "")),
        row.attributes.get("view", ""),
        row.attributes.get("photograph", ""),
        row.attributes,
    )


def _picture_file(address: str, root: Path, downloads: Path) -> Path:
    """The file of a picture; a picture on the web is downloaded once."""
    if not address.lower().startswith(("http://", "https://")):
        return root / address.lstrip("/")
    path = downloads / hashlib.sha256(address.encode()).hexdigest()[:32]
    if not path.exists():
        downloads.mkdir(parents=True, exist_ok=True)
        path.write_bytes(WebFetcher().fetch(address))
    return path
