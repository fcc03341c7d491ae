"""Refused rows are counted by what is to be done about them."""

from __future__ import annotations

import csv
from pathlib import Path

from lookalike.cli.failures import MAX_SHOWN, FailureReport
from lookalike.storage.import_runs import FailedRow


def a_failure(row: int, code: str, detail: str) -> FailedRow:
    """A refused row."""
    return FailedRow(row, str(row), f"{row}.jpg", code, detail)


def test_should_count_pictures_as_one_reason_and_show_the_first() -> None:
    """Their details name them: there are as many as rows."""
    report = FailureReport(None)
    report.add([a_failure(n, "image_not_found", f"There is no file {n}.") for n in (4, 5, 6)])
    assert report.summary() == [
        "      3 rows like this one: There is no file 4. (image_not_found, first in row 4)"
    ]


def test_should_show_the_only_row_of_a_reason() -> None:
    report = FailureReport(None)
    report.add([a_failure(4, "image_not_found", "There is no file 4.")])
    assert report.summary() == [
        "      1 row: There is no file 4. (image_not_found, first in row 4)"
    ]


def test_should_write_no_cell_that_a_spreadsheet_computes(tmp_path: Path) -> None:
    report = FailureReport(tmp_path / "failures.csv")
    formulas = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "1=1", "a-b"]
    report.add([FailedRow(n, text, None, "code", "D.") for n, text in enumerate(formulas)])
    report.close()
    with (tmp_path / "failures.csv").open(encoding="utf-8", newline="") as file:
        written = [row["entity_id"] for row in csv.DictReader(file)]
    assert written == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "1=1", "a-b"]


def test_should_show_the_most_frequent_reasons_only() -> None:
    report = FailureReport(None)
    rows = [a_failure(n, "row_refused", f"Reason {n}.") for n in range(MAX_SHOWN + 2)]
    report.add([*rows, rows[-1]])
    first, *_, last = report.summary()
    assert f"2 rows: Reason {MAX_SHOWN + 1}." in first
    assert last == "2 further reasons."
    assert report.counts == {"row_refused": MAX_SHOWN + 3}
