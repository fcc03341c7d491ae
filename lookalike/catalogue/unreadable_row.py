"""Rows that hold up all deletions of a sync."""

from __future__ import annotations

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.errors import RowRefusedError
from lookalike.storage.import_runs import FailedRow


class UnreadableRowError(RowRefusedError):
    """The row is not in the format of the catalogue, so that it may be about any product."""

    code = "row_unreadable"
    title = "Row not readable"


def is_unreadable(row: CatalogueRow | FailedRow) -> bool:
    """Return whether a row may be about any product, because it cannot be read."""
    return isinstance(row, FailedRow) and row.code == UnreadableRowError.code
