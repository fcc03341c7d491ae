"""Values of formats that have more than text, as the text that a CSV file would have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lookalike.catalogue.feeds.feed import Value

_ADDRESSES = ("src", "url", "href", "link")
"""Keys of an object whose value is the address of what it describes."""
_MAX_EXACT = 2**53
"""Whole numbers above it may have lost digits."""


def values_of(cells: Iterable[tuple[object, object]]) -> dict[str, Value]:
    """The cells that have a value; those of an object called ``attributes`` stand beside them."""
    found: dict[str, Value] = {}
    for name, cell in cells:
        if name == "attributes" and isinstance(cell, Mapping):
            found.update(values_of(cell.items()))
        elif (value := _value(cell)) is not None:
            found[str(name).strip()] = value
    return found


def _value(cell: object) -> Value | None:
    if isinstance(cell, (list, tuple)):
        return [text for item in cell if (text := _text(item)) is not None]
    return _text(cell)


def _text(cell: object) -> str | None:
    """The text of one value. Objects have none, but for the address that some of them name."""
    to_text = _TEXTS.get(type(cell))
    return to_text(cell) if to_text else None


def _number(number: float) -> str:
    """Without the fraction that spreadsheets and data frames give to whole numbers."""
    return str(int(number) if number.is_integer() and abs(number) < _MAX_EXACT else number)


def _moment(moment: datetime) -> str:
    """The day alone at midnight: spreadsheets have no other days."""
    return str(moment.date() if moment.time() == time() else moment)


def _address(item: Mapping[str, object]) -> str | None:
    found = (item.get(key) for key in _ADDRESSES)
    return next((text for text in found if isinstance(text, str)), None)


_TEXTS: Mapping[type, Callable[[Any], str | None]] = {
    str: str,
    bool: lambda cell: str(cell).lower(),
    int: str,
    float: _number,
    Decimal: str,
    datetime: _moment,
    date: str,
    time: str,
    timedelta: str,
    dict: _address,
}
