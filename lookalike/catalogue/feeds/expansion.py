"""Limits of compressed catalogues, and gzip."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import IO

from lookalike.errors import CatalogueError, StorageUnavailableError

GZIP = b"\x1f\x8b"
MAX_EXPANDED = 8 << 30
"""Bytes of a catalogue once it is expanded."""
MAX_RATIO = 200
"""Times that a catalogue may grow when it is expanded. Feeds grow up to some fifty times."""
ALWAYS_ALLOWED = 64 << 20
"""Bytes to which everything may grow."""
HARMLESS_RATIO = 4
"""Times that a catalogue of any size may grow: an export with fingerprints is large itself."""
_BLOCK = 1 << 20


def expanded_limit(size: int) -> int:
    """Bytes to which a compressed catalogue of so many bytes may expand."""
    bounded = min(MAX_EXPANDED, max(ALWAYS_ALLOWED, MAX_RATIO * size))
    return max(bounded, HARMLESS_RATIO * size)


def require_expandable(size: int, expanded: int) -> None:
    """Refuse a catalogue that expands to more than can be meant.

    Args:
        size: bytes of the file.
        expanded: bytes of its content.

    Raises:
        CatalogueError: it does.
    """
    if expanded > expanded_limit(size):
        raise CatalogueError(
            f"The catalogue of {size} bytes expands to more than {expanded_limit(size)} bytes, "
            "which is refused. Send it in parts."
        )


def size_of(file: IO[bytes]) -> int:
    """The bytes of a file, which is left at its beginning."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def expanded(file: IO[bytes]) -> IO[bytes]:
    """The content of a gzip file in a temporary file, which the caller closes.

    Raises:
        CatalogueError: it is damaged, or expands to more than can be meant.
        StorageUnavailableError: there is no room for it.
    """
    size = size_of(file)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        for block in _blocks(file):
            target.write(block)
            require_expandable(size, target.tell())
        target.seek(0)
    except OSError as error:
        target.close()
        raise StorageUnavailableError(
            "The catalogue cannot be expanded now: the folder for temporary files is full."
        ) from error
    except BaseException:
        target.close()
        raise
    return target


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file) as source:
        try:
            yield from iter(partial(source.read, _BLOCK), b"")
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise CatalogueError("The gzip file is damaged, or ends too early.") from error
