"""The addresses of pictures in the cells of a catalogue."""

from __future__ import annotations

import re

from lookalike.catalogue.feeds.feed import Value

NO_PICTURE = frozenset({"", "null", "none", "nan", "n/a", "no_selection", "\\n", "-"})
"""Texts, in lower case, that shops write where a product has no picture."""
_NEXT_ADDRESS = re.compile(r"[\s,;|]+(?=https?://|/)")
"""What stands between the addresses of a list."""
_BEHIND_FILE = r"(?:(?<=\.\w{3})|(?<=\.\w{4}))"
_NEXT_FILE = re.compile(rf"[\s,;|]+(?=/)|{_BEHIND_FILE}\s*[,;|]\s*")
"""What stands between the paths of a list."""
_NEXT_OF_TWO = re.compile(rf"{_BEHIND_FILE}\s*[,;|\s]\s*(?=https?://)")
"""What stands between addresses where only one is expected."""


def is_picture(address: str) -> bool:
    """Return whether a text names a picture, and does not say that there is none."""
    return address.lower() not in NO_PICTURE


def addresses_in(value: Value, *, is_list: bool) -> list[str]:
    """The addresses in a cell."""
    if isinstance(value, list):
        return [address.strip() for address in value]
    text = value.strip()
    if not is_list:
        return [text] if text.count("://") < 2 else _NEXT_OF_TWO.split(text)  # noqa: PLR2004 - two
    return (_NEXT_ADDRESS if text.startswith("http") else _NEXT_FILE).split(text)
