"""The folder of a run's temporary files: in memory, where a quarter of the time is not fsync."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it have names of their own
NEEDED_BYTES = 4 * 1024**3
"""Servers, data folders and unpacked functions take less."""


@contextmanager
def scratch_folder(memory: Path = MEMORY, needed_bytes: int = NEEDED_BYTES) -> Iterator[Path]:
    """Yield a new folder that any user may enter, and remove it.

    Args:
        memory: where to create it if there is room and programs may run there.
        needed_bytes: how much must be free there.
    """
    place = memory if _is_usable(memory, needed_bytes) else None
    folder = Path(tempfile.mkdtemp(prefix="lookalike-tests-", dir=place))
    folder.chmod(0o755)  # OpenSearch runs as another user
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_usable(folder: Path, needed_bytes: int) -> bool:
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    found = os.statvfs(folder)
    is_executable = not found.f_flag & os.ST_NOEXEC
    return is_executable and found.f_bavail * found.f_frsize >= needed_bytes
