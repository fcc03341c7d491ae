"""The catalogue files of imports that run or wait."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from lookalike.errors import StorageUnavailableError

log = logging.getLogger("lookalike.imports")


class CatalogueFiles:
    """One file for each import.

    Args:
        folder: holds the files; it is created when the first is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, import_id: str) -> Path:
        """Where the file of an import is."""
        return self._folder / f"{import_id}.csv"

    def keep(self, import_id: str, catalogue: bytes) -> None:
        """Write the whole file or nothing.

        Raises:
            StorageUnavailableError: it cannot be written now.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self.path(import_id), catalogue)
        except OSError as error:
            log.warning("A catalogue cannot be kept: %s", error)
            raise StorageUnavailableError(
                "The catalogue cannot be kept now: the disk is full or cannot be written."
            ) from error

    def remove(self, import_id: str) -> None:
        """Remove the file of an import; what cannot be removed is, by ``remove_all_but``."""
        with suppress(OSError):
            self.path(import_id).unlink(missing_ok=True)

    def remove_all_but(self, import_ids: Iterable[str]) -> None:
        """Remove files without an import, which a crash has left."""
        kept = {self.path(import_id) for import_id in import_ids}
        for path in self._folder.glob("*.*"):
            if path not in kept:
                path.unlink(missing_ok=True)


def _write_whole(path: Path, content: bytes) -> None:
    """Write the whole file or nothing, even if the process crashes."""
    draft = path.with_suffix(".part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
