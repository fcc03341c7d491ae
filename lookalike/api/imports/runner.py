"""The interface that the import routes use to load catalogue files in the background."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from lookalike.catalogue.sync_options import SyncOptions
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import BadParameterError
from lookalike.storage.import_runs import ImportRun


class ImportRunner(ABC):
    """Loads catalogue files in the background. Implementations are thread-safe."""

    @abstractmethod
    def start(
        self,
        catalogue: bytes,
        sync: SyncOptions | None = None,
        on_duplicate: OnDuplicate | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> ImportRun:
        """Accept a catalogue file, begin to load it, and return without waiting for the end.

        The import store has the run when this returns, and its counts are updated there.

        Args:
            catalogue: the content of the file, not empty.
            sync: also delete products that the file does not name; ``None``: they stay.
            on_duplicate: check each product before it is stored, and do this if another one shows
                the same photograph; ``None``: nothing is checked.
            columns: what its columns say, where their names do not; as for ``Columns``.

        Raises:
            BadParameterError: products are to be checked, and that is not done here.
            CatalogueError: the file cannot be read as a catalogue.
            TransientError: the file cannot be accepted now.
        """

    def start_from(
        self,
        source: str,  # noqa: ARG002 - for runners that do
        sync: SyncOptions | None = None,  # noqa: ARG002
        on_duplicate: OnDuplicate | None = None,  # noqa: ARG002
        columns: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> ImportRun:
        """Accept a catalogue file that is not in a request; as ``start`` otherwise.

        Args:
            source: where the file is.
            sync: also delete products that the file does not name; ``None``: they stay.
            on_duplicate: check each product before it is stored; ``None``: nothing is checked.
            columns: what its columns say, where their names do not.

        Raises:
            BadParameterError: nothing is there, or files are not read from elsewhere here.
            TransientError: the file cannot be accepted now.
        """
        raise BadParameterError("Catalogues are not read from elsewhere here: send the file.")

    def resume(self, import_id: str, *, retry_failed: bool = False) -> ImportRun:  # noqa: ARG002
        """Go on with the rows that are left of an import that has ended.

        Args:
            import_id: of the import.
            retry_failed: also try again the rows that were refused.

        Raises:
            BadParameterError: it has not ended, or imports are not resumed here.
            TransientError: it cannot be resumed now.
            UnknownImportError: there is no import with this id.
        """
        raise BadParameterError(
            "Imports are not resumed here: send the file again. What is loaded is passed over."
        )

    @abstractmethod
    def cancel(self, import_id: str) -> ImportRun:
        """End an import, unless it has ended already; products that it has loaded stay.

        Raises:
            UnknownImportError: there is no import with this id.
        """
