"""Which format a catalogue is in: told by its first bytes, whatever its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from lookalike.catalogue.feeds.delimited import open_delimited
from lookalike.catalogue.feeds.encodings import encoding_of
from lookalike.catalogue.feeds.expansion import GZIP
from lookalike.catalogue.feeds.feed import Feed
from lookalike.catalogue.feeds.json_feeds import open_json_lines, open_json_list
from lookalike.catalogue.feeds.parquet import open_parquet
from lookalike.catalogue.feeds.xlsx import open_xlsx
from lookalike.catalogue.feeds.xml_feeds import open_xml
from lookalike.errors import CatalogueError

BINARY: dict[bytes, Callable[[IO[bytes]], Feed]] = {
    b"PAR1": open_parquet,
    b"PK\x03\x04": open_xlsx,
}
"""Formats by their first bytes."""
TEXT: dict[str, Callable[[IO[bytes], str], Feed]] = {
    "<": open_xml,
    "[": open_json_list,
    "{": open_json_lines,
}
"""Formats by the first character that is no space; what begins with another is CSV."""
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "an Excel file of the old kind, or one with a password: save it as .xlsx",
    GZIP: "gzip within gzip: expand it once",
    b"BZh": "compressed with bzip2: use gzip",
    b"\xfd7zXZ": "compressed with xz: use gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd: use gzip",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture; name the folder that it is in",
    b"\xff\xd8\xff": "a picture; name the folder that it is in",
}
"""What is sent by mistake, and what to do."""
_HEAD = 4096
"""Bytes. More white space does not come before a feed."""


def open_feed(file: IO[bytes], encoding: str | None = None) -> Feed:
    """Open a catalogue in any of the formats.

    Args:
        file: seekable, not gzip; stays open.
        encoding: of text, where it is known; else it is found out.

    Raises:
        CatalogueError: it is in no format that is read, damaged, or a bomb.
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if not head:
        raise CatalogueError("The catalogue is empty.")
    for start, open_binary in BINARY.items():
        if head.startswith(start):
            return open_binary(file)
    for start, what in _OTHERS.items():
        if head.startswith(start):
            raise CatalogueError(f"The file is no catalogue, but {what}.")
    encoding = encoding or encoding_of(file)
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("<") and "<html" in text.lower():
        raise CatalogueError(
            "The file is a web page, not a feed. Perhaps its address asks to sign in."
        )
    return TEXT.get(text[:1], open_delimited)(file, encoding)
