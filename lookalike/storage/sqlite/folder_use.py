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
_LOST = (
    "The database in the folder {folder} is gone or empty, but the folder was in use: restore "
    "{name} from a backup. To begin with an empty catalogue, use another folder."
)


def require_database(path: Path) -> None:
    """Refuse a folder that was in use and has no data any more.

    A process that dies while it creates the database leaves an empty file, and no traces beside it.

    Raises:
        StorageInvalidError: the data of the folder is lost.
    """
    folder = path.parent
    is_empty = not path.exists() or path.stat().st_size == 0
    if is_empty and any((folder / trace).exists() for trace in _TRACES):
        raise StorageInvalidError(_LOST.format(folder=folder, name=path.name))


def mark_as_used(path: Path) -> None:
    """Note beside the database that it is there."""
    mark = path.with_name(MARK)
    if not mark.exists():
        mark.touch()
