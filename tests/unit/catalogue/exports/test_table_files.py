"""Tables are written whole or not at all, in every format."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from lookalike.catalogue.exports.table_files import table_file
from lookalike.errors import BadParameterError

COLUMNS = {"name": "string", "more": "string", "size": "int32"}
ROWS: list[dict[str, Any]] = [
    {"name": "=é", "more": {"a": "b,\n"}, "size": 1},
    {"name": "'", "more": {}, "size": None},
]


def written(path: Path) -> Path:
    with table_file(path, COLUMNS) as write:
        for row in ROWS:
            write(row)
    return path


def write_and_stop(path: Path) -> None:
    with table_file(path, COLUMNS) as write:
        write(ROWS[0])
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl.gz", "a.parquet"])
def test_should_name_the_file_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / "missing" / name
    with pytest.raises(OSError, match="No such file") as refused:
        written(path)
    assert refused.value.filename == str(path)


@pytest.mark.parametrize("name", ["a.csv", "a.b.CSV.gz"])
def test_should_write_csv_without_formulas(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name)
    content = path.read_bytes()
    text = (gzip.decompress(content) if name.endswith("gz") else content).decode()
    first, second = csv.DictReader(text.splitlines(keepends=True))
    assert first == {"name": "'=é", "more": '{"a": "b,\\n"}', "size": "1"}
    assert second == {"name": "''", "more": "{}", "size": ""}


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_should_write_json_lines_with_objects(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name)
    content = path.read_bytes()
    text = (gzip.decompress(content) if name.endswith("gz") else content).decode()
    assert [json.loads(line) for line in text.splitlines()] == ROWS
    assert "é" in text


def test_should_write_parquet_with_the_kinds_of_the_columns(tmp_path: Path) -> None:
    table = pyarrow.parquet.read_table(written(tmp_path / "a.parquet"))
    assert [str(kind) for kind in table.schema.types] == ["string", "string", "int32"]
    assert table.to_pylist()[0] == {"name": "=é", "more": '{"a": "b,\\n"}', "size": 1}


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl", "a.parquet"])
@pytest.mark.parametrize("before", [None, b"before"])
def test_should_leave_no_half_file(tmp_path: Path, name: str, before: bytes | None) -> None:
    path = tmp_path / name
    if before is not None:
        path.write_bytes(before)
    with pytest.raises(KeyboardInterrupt):
        write_and_stop(path)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == ([before] if before else [])


@pytest.mark.parametrize("name", ["a", "a.txt", "a.gz", "a.parquet.gz", ".csv", "a.csv.gz.gz"])
def test_should_refuse_other_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadParameterError, match=r"must end in one of \.csv"):
        written(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
