"""A value of each column, by which people see what the column has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from lookalike.catalogue.feeds.feed import Record
from lookalike.catalogue.product_limits import is_storable
from lookalike.errors import CatalogueError

_LOOKED_AT = 20
"""Records."""
_LENGTH = 80
"""Characters of a value."""

Examples = dict[str, str]
"""Column → the first value that is not empty, shortened."""


def noting(records: Iterable[Record], examples: Examples) -> Iterator[Record]:
    """The same records; the first ones become examples as they are read."""
    remaining = iter(records)
    for record in islice(remaining, _LOOKED_AT):
        _add(record, examples)
        yield record
    yield from remaining


def examples_in(records: Iterable[Record]) -> Examples:
    """The examples of a catalogue that is not read otherwise; as far as it is not damaged."""
    examples: Examples = {}
    try:
        for record in islice(records, _LOOKED_AT):
            _add(record, examples)
    except CatalogueError:
        return examples
    return examples


def _add(record: Record, examples: Examples) -> None:
    for column, value in record.values.items():
        text = (value if isinstance(value, str) else ", ".join(value)).strip()
        if text and is_storable(column + text):
            examples.setdefault(column, _shortened(text))


def _shortened(text: str) -> str:
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…"
