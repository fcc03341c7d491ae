"""Reading CSV so that one wrong quote costs one line, not the rest of the file."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

MAX_LINES = 100
"""Lines of one record. Without this limit, a quote that is never closed would take in the rest of
the file, and reading each of its lines again would take quadratic time."""


def csv_records(lines: Iterable[str], delimiter: str) -> Iterator[list[str] | csv.Error]:
    """Yield the records of a file, and an error for each line that is not CSV.

    Where a record that begins in a line does not end as CSV requires, that line alone is the
    error, and reading goes on with the next line.

    Args:
        lines: with their line ends, as in the file.
        delimiter: one character.
    """
    source = _Lines(iter(lines))
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        source.begin_record()
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            source.go_on_behind_first_line()
            yield error


class _Lines(Iterator[str]):
    """Lines that can be read again from the second one of a record."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again = deque[str]()
        self._record: list[str] = []

    def begin_record(self) -> None:
        self._record.clear()

    def go_on_behind_first_line(self) -> None:
        self._again.extendleft(reversed(self._record[1:]))

    def __next__(self) -> str:
        if len(self._record) == MAX_LINES:
            raise csv.Error(f"a quote is open for more than {MAX_LINES} lines")
        line = self._again.popleft() if self._again else next(self._lines)
        self._record.append(line)
        return line
