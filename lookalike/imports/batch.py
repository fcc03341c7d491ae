"""What an import does with rows."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.storage.import_runs import FailedRow


@dataclass(frozen=True, slots=True)
class Batch:
    """The outcome of some consecutive rows of a catalogue file.

    Attributes:
        done: how many products were created or replaced.
        unchanged: how many products were stored already, exactly as the row has them.
        failures: the rows that did not become products.
        refused_images: the rows that did, without some of their pictures; they are done or
            unchanged.
        featureless: how many of those done or unchanged have a picture that only the identical one
            will find.
        flagged: how many of those done were flagged as duplicates of other products.
    """

    done: int = 0
    unchanged: int = 0
    failures: tuple[FailedRow, ...] = ()
    featureless: int = 0
    refused_images: tuple[FailedRow, ...] = ()
    flagged: int = 0

    @property
    def rows(self) -> int:
        """The number of rows in the batch."""
        return self.done + self.unchanged + len(self.failures)

    @property
    def refused(self) -> list[FailedRow]:
        """All that was refused: rows, and pictures of rows; by their number."""
        return sorted((*self.failures, *self.refused_images), key=lambda failure: failure.row)
