"""The rows of a catalogue that were refused, as a file and as a summary."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from lookalike.catalogue.spreadsheet_cells import spreadsheet_cell
from lookalike.catalogue.unreadable_row import UnreadableRowError
from lookalike.errors import (
    BadParameterError,
    CatalogueError,
    NoPictureError,
    OutdatedFingerprintError,
    RowRefusedError,
)
from lookalike.storage.import_runs import FailedRow
from lookalike.terminal import counted, visible

COLUMNS = ("row", "entity_id", "image_url", "code", "detail")
SEVERAL_REASONS = frozenset(
    {
        RowRefusedError.code,
        UnreadableRowError.code,
        NoPictureError.code,
        BadParameterError.code,
        OutdatedFingerprintError.code,
    }
)
"""Codes whose details are few, and are counted each for itself. Details of other codes name the
picture, so that there may be as many as rows; these are counted by code, and one is shown."""
MAX_SHOWN = 20
"""Reasons in a summary."""


class FailureReport:
    """Writes every failure to a file, if there is one, and counts the reasons.

    Args:
        path: a CSV file that is replaced; ``None`` to write none.
        goes_on: whether it is added to instead.

    Raises:
        CatalogueError: the file cannot be written.
    """

    def __init__(self, path: Path | None, *, goes_on: bool = False) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], FailedRow] = {}
        self._file: IO[str] | None = None
        if path is not None:
            try:
                self._file = path.open("a" if goes_on else "w", encoding="utf-8", newline="")
            except OSError as error:
                raise CatalogueError(f"{path} cannot be written: {error.strerror}.") from error
            if self._file.tell() == 0:
                csv.writer(self._file, lineterminator="\n").writerow(COLUMNS)

    def add(self, failures: Sequence[FailedRow]) -> None:
        """Write and count some refused rows."""
        for failure in failures:
            reason = _reason(failure)
            self._counts[reason] += 1
            self._first.setdefault(reason, failure)
        if self._file is not None and failures:
            rows = ([_cell(getattr(failure, column)) for column in COLUMNS] for failure in failures)
            csv.writer(self._file, lineterminator="\n").writerows(rows)
            self._file.flush()

    @property
    def counts(self) -> dict[str, int]:
        """Number of refused rows, by code."""
        counts: Counter[str] = Counter()
        for (code, _), count in self._counts.items():
            counts[code] += count
        return dict(counts)

    def summary(self) -> list[str]:
        """One line for each reason, the most frequent first, with its first row."""
        lines = [self._line(*each) for each in self._counts.most_common(MAX_SHOWN)]
        more = len(self._counts) - len(lines)
        return [*lines, f"{counted(more, 'further reason')}."] if more else lines

    def _line(self, reason: tuple[str, str], count: int) -> str:
        """One reason. Where details may differ from row to row, the first is an example."""
        code, detail = reason
        first = self._first[reason]
        alike = "" if detail or count == 1 else " like this one"
        rows = "row" if count == 1 else "rows"
        return f"{count:7} {rows}{alike}: {first.detail} ({code}, first in row {first.row})"

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def _cell(value: object) -> object:
    """A value that neither a spreadsheet computes nor a terminal obeys."""
    return spreadsheet_cell(visible(value) if isinstance(value, str) else value)


def _reason(failure: FailedRow) -> tuple[str, str]:
    """The key by which a row is counted: its code, and for some codes the detail."""
    return failure.code, failure.detail if failure.code in SEVERAL_REASONS else ""
