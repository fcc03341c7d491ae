"""The rows of a catalogue that were refused, as a file and as a summary."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from lambdas.shared.errors import CatalogueError
from lambdas.shared.storage.import_runs import FailedRow

COLUMNS = ("row", "entity_id", "image_url", "code", "detail")


class FailureReport:
    """Writes every failure to a file, if there is one, and remembers what to tell.

    Args:
        path: a CSV file that is replaced; ``None`` to write none.

    Raises:
        CatalogueError: the file cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, FailedRow] = {}
        self._file: IO[str] | None = None
        if path is not None:
            try:
                self._file = path.open("w", encoding="utf-8", newline="")
            except OSError as error:
                raise CatalogueError(f"{path} cannot be written: {error.strerror}.") from error
            csv.writer(self._file, lineterminator="\n").writerow(COLUMNS)

    def add(self, failures: Sequence[FailedRow]) -> None:
        """Note some refused rows."""
        for failure in failures:
            self.counts[failure.code] += 1
            self.examples.setdefault(failure.code, failure)
        if self._file is not None and failures:
            rows = ([getattr(failure, column) for column in COLUMNS] for failure in failures)
            csv.writer(self._file, lineterminator="\n").writerows(rows)
            self._file.flush()

    @property
    def total(self) -> int:
        """How many rows were refused."""
        return self.counts.total()

    def summary(self) -> list[str]:
        """One line a reason, with an example."""
        return [
            f"{count:7}  {code}: row {self.examples[code].row}, {self.examples[code].detail}"
            for code, count in self.counts.most_common()
        ]

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
