"""The interface that the routes of duplicates use to search in the background."""

from __future__ import annotations

from abc import ABC, abstractmethod

from lookalike.duplicates.keeping import Keep
from lookalike.storage.duplicates import DuplicateRun


class DuplicateRunner(ABC):
    """Searches for duplicates in the background. Implementations are thread-safe."""

    @abstractmethod
    def start(self, min_match: float, order: tuple[Keep, ...]) -> DuplicateRun:
        """Begin to search, and return without waiting for the end.

        The store has the run when this returns, and its counts are updated there. Where a run with
        these options waits or is being worked on, it is that run.

        Args:
            min_match: percentage, 50 to 100, from which two pictures are linked.
            order: by which the product to keep is chosen.

        Raises:
            BadParameterError: the first criterion is one that nothing is known about.
            TransientError: as many runs wait as may.
        """

    @abstractmethod
    def cancel(self, run_id: str) -> DuplicateRun:
        """End a run unless it has ended; what was compared stays.

        Raises:
            UnknownDuplicateRunError: there is no run of that id.
        """
