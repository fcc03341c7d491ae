"""The interface that the import routes use to load catalogue files in the background."""

from __future__ import annotations

from abc import ABC, abstractmethod

from lookalike.catalogue.sync_options import SyncOptions
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.storage.import_runs import ImportRun


class ImportRunner(ABC):
    """Loads catalogue files in the background. Implementations are thread-safe."""

    @abstractmethod
    def start(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
    ) -> ImportRun:
        """Accept a catalogue file, begin to load it, and return without waiting for the end.

        The import store has the run when this returns, and its counts are updated there.

        Args:
            catalogue: the content of the file, not empty.
            sync: also delete products that the file does not name; ``None``: they stay.
            on_duplicate: check each product before it is stored, and do this if another one shows
                the same photograph; ``None``: nothing is checked.

        Raises:
            BadParameterError: products are to be checked, and that is not done here.
            CatalogueError: the file cannot be read as a catalogue.
            TransientError: the file cannot be accepted now.
        """

    @abstractmethod
    def cancel(self, import_id: str) -> ImportRun:
        """End an import, unless it has ended already; products that it has loaded stay.

        Raises:
            UnknownImportError: there is no import with this id.
        """
