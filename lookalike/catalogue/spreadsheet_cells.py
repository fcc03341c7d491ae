"""Cells of tables that people open in spreadsheets."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What cells begin with that spreadsheets compute."""


def spreadsheet_cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula: those of the catalogue are anybody's.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
