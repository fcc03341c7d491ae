"""Creates the database of a data folder whole, or not at all."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from lookalike.storage.sqlite.schema import migrate, use_write_ahead_log


def create_database(path: Path, busy_timeout: float) -> None:
    """Create the database with its tables, unless another process has done so meanwhile.

    It gets its name when it is on the disk, so that a file without contents is one that has lost
    them, whenever the process dies.

    Args:
        path: of the database, in a folder that exists.
        busy_timeout: seconds to wait for the file system.
    """
    with _only_one(path.parent):
        if path.exists():
            return
        for left in path.parent.glob(f".{path.name}-*"):  # by a process that has died here
            rmtree(left, ignore_errors=True)
        with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as name:
            new = Path(name) / path.name
            with closing(sqlite3.connect(new, isolation_level=None)) as connection:
                use_write_ahead_log(connection, busy_timeout)
                migrate(connection, path.parent)
            new.rename(path)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Wait for other processes that are within this block for the same folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
