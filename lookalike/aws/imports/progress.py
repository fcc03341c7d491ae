"""What is settled of a batch that took too long, so that the next call goes on from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.imports.batch import Batch


@dataclass(slots=True)
class Progress:
    """The rows of a batch that are settled, refused ones among them.

    Attributes:
        rows: their numbers.
        batch: what has become of them.
    """

    rows: list[int] = field(default_factory=list)
    batch: Batch = field(default_factory=Batch)

    def left(self, rows: Iterable[CatalogueRow]) -> list[CatalogueRow]:
        """The rows that are not settled."""
        settled = frozenset(self.rows)
        return [row for row in rows if row.number not in settled]

    def settle(self, rows: Iterator[CatalogueRow], part: Batch) -> None:
        """Add what has become of the next of some rows."""
        self.rows += [row.number for row in islice(rows, part.rows)]
        before = self.batch
        self.batch = Batch(
            before.done + part.done,
            before.unchanged + part.unchanged,
            (*before.failures, *part.failures),
            before.featureless + part.featureless,
            (*before.refused_images, *part.refused_images),
            before.flagged + part.flagged,
        )
