"""Groups as CSV, JSON Lines and Parquet."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from lookalike.duplicates.outputs.files import group_file
from lookalike.duplicates.outputs.rows import rows_of
from lookalike.errors import BadParameterError
from tests.unit.duplicates.outputs.some_groups import a_decided_group, a_group

FIRST = {
    "group": "group-a",
    "kind": "edited_copy",
    "entity_id": "a1",
    "sku": "SKU-1",
    "image_url": "https://shop.example/a1.jpg",
    "keep": True,
    "match_percentage": 100.0,
    "verdict": "duplicate",
    "width": 400,
    "height": 533,
    "reasons": "It is the largest. It is the oldest.",
    "decided": False,
    "decision": "",
}
SECOND = FIRST | {
    "entity_id": "a2",
    "sku": "",
    "image_url": "https://shop.example/a2.jpg",
    "keep": False,
    "match_percentage": 98.5,
    "verdict": "edited_copy",
    "reasons": "",
}


def written(path: Path, sku: str = "SKU-1") -> Path:
    with group_file(path) as write:
        write(a_group(sku))
        write(a_group(name="b"))
    return path


def test_should_write_csv_with_a_row_for_each_product(tmp_path: Path) -> None:
    with written(tmp_path / "groups.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["entity_id"] for row in rows] == ["a1", "a2", "b1", "b2"]
    assert rows[0] == as_text(FIRST) | {"keep": "yes", "decided": "no"}
    assert rows[1] == as_text(SECOND) | {"keep": "no", "decided": "no"}


def test_should_say_nothing_of_keeping_where_nothing_is_proposed(tmp_path: Path) -> None:
    """A script that deletes what is not kept must not delete all colours of a photograph."""
    group = a_group() | {"kind": "colour_variant", "keep": None}
    csv_path, parquet_path = tmp_path / "groups.csv", tmp_path / "groups.parquet"
    for path in (csv_path, parquet_path):
        with group_file(path) as write:
            write(group)
    with csv_path.open(encoding="utf-8", newline="") as file:
        assert [row["keep"] for row in csv.DictReader(file)] == ["", ""]
    rows = pyarrow.parquet.read_table(parquet_path).to_pylist()
    assert [row["keep"] for row in rows] == [None, None]


def as_text(row: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items()}


def test_should_write_what_was_decided_about_a_product_and_the_one_to_keep() -> None:
    rows = list(rows_of(a_decided_group()))
    assert [(row["decided"], row["decision"]) for row in rows] == [(True, ""), (True, "duplicate")]


def test_should_write_no_formula_into_csv(tmp_path: Path) -> None:
    path = written(tmp_path / "groups.csv", sku="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in path.read_text("utf-8")


def test_should_write_json_lines_with_a_line_for_each_group(tmp_path: Path) -> None:
    lines = written(tmp_path / "groups.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [a_group(), a_group(name="b")]


def test_should_write_parquet_with_a_row_for_each_product(tmp_path: Path) -> None:
    rows = pyarrow.parquet.read_table(written(tmp_path / "groups.parquet")).to_pylist()
    assert rows[:2] == [FIRST, SECOND]
    assert len(rows) == 4


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_should_leave_the_old_file_where_the_new_one_is_not_finished(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"groups.{suffix}"
    path.write_text("old")
    groups = iter([a_group()])
    with pytest.raises(StopIteration), group_file(path) as write:  # noqa: PT012 - the second fails
        write(next(groups))
        write(next(groups))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_should_refuse_a_format_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(BadParameterError, match=r"\.csv, \.jsonl, \.parquet"):
        group_file(tmp_path / "groups.xlsx").__enter__()
