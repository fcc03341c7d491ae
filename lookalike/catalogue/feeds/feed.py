"""What every format of a catalogue is read as: named columns, and records one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

Value = str | list[str]
"""A cell; a list where a format has several values for one column."""
SURVEYED = 1_000
"""Records that are read to learn the columns of a format that has no header."""


class Record(NamedTuple):
    """One product of a feed, as its format has it.

    Attributes:
        number: its row, or its place among the items from 1, as people count in that format.
        values: by the name of their column.
        flaw: why it cannot be read, as a sentence; ``None`` if it can.
    """

    number: int
    values: Mapping[str, Value]
    flaw: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A catalogue in one of the formats, opened.

    Attributes:
        kind: the format, in words.
        columns: the names of the columns in their order. Formats without a header can have
            further ones in later records.
        records: read while they are asked for. Raises ``CatalogueError`` where the file turns out
            to be damaged.
    """

    kind: str
    columns: Sequence[str]
    records: Iterator[Record]


def surveyed(kind: str, records: Iterable[Record]) -> Feed:
    """A feed whose columns are those of its first records.

    Raises:
        CatalogueError: the file is damaged there.
    """
    remaining = iter(records)
    first = list(islice(remaining, SURVEYED))
    columns = dict.fromkeys(name for record in first for name in record.values)
    return Feed(kind, list(columns), chain(first, remaining))
