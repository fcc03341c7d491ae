"""No cell that we write is a formula, and what was marked is read as it was."""

from __future__ import annotations

import pytest

from lookalike.catalogue.spreadsheet_cells import spreadsheet_cell, value_of_cell


@pytest.mark.parametrize("sign", [*"=+-@'\t\r", *"＝＋－＠"])  # noqa: RUF001 - full-width signs
def test_should_mark_what_a_spreadsheet_would_compute(sign: str) -> None:
    value = f"{sign}HYPERLINK(1)"
    assert spreadsheet_cell(value) == f"'{value}"
    assert value_of_cell(f"'{value}") == value


def test_should_leave_other_values_as_they_are() -> None:
    assert [spreadsheet_cell(value) for value in ("SKU-1", "", 7)] == ["SKU-1", "", 7]
