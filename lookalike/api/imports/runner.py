"""What the import routes need of whatever loads catalogue files in the background."""

from __future__ import annotations

from abc import ABC, abstractmethod

from lookalike.storage.import_runs import ImportRun


class ImportRunner(ABC):
    """Loads catalogue files in the background. Safe to call from several threads."""

    @abstractmethod
    def start(self, catalogue: bytes, filename: str) -> ImportRun:
        """Accept a catalogue file and begin to load it; returns at once.

        The run is in the import store when this returns, and is kept up to date there.

        Args:
            catalogue: the content of the file, not empty.
            filename: as the caller named it; may be empty.

        Raises:
            CatalogueError: it cannot be read as a catalogue at all.
            TransientError: it cannot be taken on now.
        """
