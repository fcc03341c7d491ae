"""At most one service on a data folder: two would load the same imports twice."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike.errors import StorageUnavailableError

LOCK = "service.lock"


@contextmanager
def only_service_on(folder: Path) -> Iterator[None]:
    """Hold the folder for this process. The system lets go of it when the process ends, however.

    Raises:
        StorageUnavailableError: another process holds it.
    """
    with (folder / LOCK).open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StorageUnavailableError(
                f"Another service runs on the folder {folder}: stop it, or use another folder."
            ) from error
        yield
