"""The one place that turns errors of SQLite and the file system into errors of ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from lookalike.errors import (
    BadParameterError,
    LookalikeError,
    StorageInvalidError,
    StorageUnavailableError,
)

Kind = TypeVar("Kind", bound=LookalikeError)
_Translation = tuple[type[LookalikeError], str] | tuple[type[LookalikeError], str, str]
"""The error, its detail, and what commands add to it."""

# By primary result code, https://www.sqlite.org/rescode.html
_SENTENCES: dict[int, _Translation] = {
    sqlite3.SQLITE_BUSY: (
        StorageUnavailableError,
        "Another process has been writing to the folder {folder} for too long; try again.",
    ),
    sqlite3.SQLITE_FULL: (
        StorageUnavailableError,
        "The disk of the folder {folder} is full: free some space and try again.",
    ),
    sqlite3.SQLITE_NOTADB: (
        StorageInvalidError,
        "The folder {folder} has a file of Lookalike's name that is not a database.",
        "Restore it, or name another folder with --data.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        StorageInvalidError,
        "The database in the folder {folder} is damaged: restore it, or import again.",
    ),
    sqlite3.SQLITE_READONLY: (
        StorageInvalidError,
        "The data in the folder {folder} cannot be written, only read.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StorageInvalidError,
        "The data folder {folder} cannot be opened: it has no catalogue, or is not yours.",
        "Load one with `lookalike import`, or name another folder with --data.",
    ),
}
_OTHERWISE: _Translation = (
    StorageUnavailableError,
    "The data in the folder {folder} cannot be read or written; check the disk, and try again.",
)


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Raise errors inside as errors of ours that name the folder.

    Raises:
        BadParameterError: a text has a lone surrogate.
        StorageInvalidError: the folder cannot be used.
        StorageUnavailableError: the file is busy, the disk is full, or reading failed.
    """
    try:
        yield
    except UnicodeEncodeError as exc:
        raise BadParameterError("A text has a lone surrogate: it is not valid Unicode.") from exc
    except sqlite3.Error as exc:
        primary = getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        raise _about(folder, *_SENTENCES.get(primary, _OTHERWISE)) from exc
    except OSError as exc:
        is_full = exc.errno in {errno.ENOSPC, errno.EDQUOT}
        code = sqlite3.SQLITE_FULL if is_full else sqlite3.SQLITE_CANTOPEN
        raise _about(folder, *_SENTENCES[code]) from exc


def closed(folder: Path) -> StorageUnavailableError:
    """The error of a storage that is used after its end."""
    sentence = "The storage in the folder {folder} is closed."
    return _about(folder, StorageUnavailableError, sentence)


def _about(folder: Path, kind: type[Kind], sentence: str, at_command_line: str = "") -> Kind:
    error = kind(sentence.format(folder=folder), at_command_line)
    error.private = str(folder)
    return error
