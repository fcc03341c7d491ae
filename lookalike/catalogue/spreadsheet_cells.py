"""Cells of tables that people open in spreadsheets."""

from __future__ import annotations

_MARK = "'"
_MARKED = ("=", "+", "-", "@", "\t", "\r", *"＝＋－＠", _MARK)  # noqa: RUF001 - full-width signs
"""What cells begin with that spreadsheets compute (full-width signs in some languages, too); and
the mark, so that marking can be undone."""


def spreadsheet_cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula: those of the catalogue are anybody's.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"{_MARK}{value}" if isinstance(value, str) and value.startswith(_MARKED) else value


def value_of_cell(cell: str) -> str:
    """The value that ``spreadsheet_cell`` has marked, or left as it was."""
    return cell.removeprefix(_MARK)
