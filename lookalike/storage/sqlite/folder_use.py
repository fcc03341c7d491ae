"""Whether a folder without data is new, or has lost its data.

An empty catalogue answers every check with "not a duplicate", so that a lost one must not look like
one. A file system may leave a file of zero bytes after a power cut, and so may a full disk after a
copy.
"""

from __future__ import annotations

from pathlib import Path

from lookalike.errors import StorageInvalidError

MARK = "lookalike.used"
"""A file beside the database, which says that there was a database."""
_TRACES = (MARK, "service.lock", "lookalike.db-wal")
_GONE = (
    "The database in the folder {folder} is gone, but the folder was in use: restore {name} from a "
    "backup. To begin with an empty catalogue, use another folder."
)
_HAS_NO_BYTES = (
    "The database in the folder {folder} is empty (0 bytes), as a crash or a full disk leaves it: "
    "restore {name} from a backup. To begin with an empty catalogue, use another folder."
)


def require_database(path: Path) -> None:
    """Refuse a folder that was in use and has no data any more.

    A new database never has zero bytes (see ``create_database``).

    Raises:
        StorageInvalidError: the data of the folder is lost.
    """
    if path.exists():
        why = None if path.stat().st_size else _HAS_NO_BYTES
    else:
        why = _GONE if any(path.with_name(trace).exists() for trace in _TRACES) else None
    if why:
        error = StorageInvalidError(why.format(folder=path.parent, name=path.name))
        error.private = str(path.parent)
        raise error


def mark_as_used(path: Path) -> None:
    """Note beside the database that it is there."""
    mark = path.with_name(MARK)
    if not mark.exists():
        mark.touch()
