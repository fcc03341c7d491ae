"""What a dry run of a sync counts, and how it says what would be deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.row_changes import RowChange
from lookalike.imports.batch import Batch
from lookalike.storage.import_runs import FailedRow


def counted(changes: Iterable[tuple[CatalogueRow | FailedRow, RowChange]]) -> Batch:
    """What would become of rows, as the batch that an import reports.

    Args:
        changes: rows, and what loading each would do; those that would be refused are
            ``FailedRow``.
    """
    found = list(changes)
    failures = tuple(row for row, _ in found if isinstance(row, FailedRow))
    unchanged = sum(change is RowChange.UNCHANGED for _, change in found)
    return Batch(len(found) - unchanged - len(failures), unchanged, failures)


def deletions_in_words(deletions: int, first: Sequence[str], *, is_held_up: bool) -> str:
    """Which products a sync would delete.

    Args:
        deletions: how many.
        first: the ids of the first ones, ``SAMPLES`` at most.
        is_held_up: whether rows of the feed cannot be read, so that nothing is deleted.
    """
    if is_held_up:
        return "No product would be deleted, since a row of the feed cannot be read."
    if not deletions:
        return "No product would be deleted."
    names = ", ".join(map(repr, first))
    among = "" if deletions == len(first) else "such as "
    products = "product" if deletions == 1 else "products"
    return f"{deletions:,} {products} would be deleted: {among}{names}."
