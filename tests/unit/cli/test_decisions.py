"""``lookalike decisions`` on a data folder, and its requests to a service."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lookalike.cli.app import app
from lookalike.errors import DecisionConflictError, UnknownDecisionError, UnknownProductError
from tests.unit.cli.data_folders import stocked


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with three products."""
    return stocked(tmp_path / "data")


def run(data: Path, command: str, *words: str) -> Result:
    options = ["decisions", command, *words, "--data", str(data)]
    return CliRunner().invoke(app, options, catch_exceptions=True)


def listed(data: Path, *options: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(data, "list", "--json", *options).stdout.splitlines()]


def test_should_decide_list_and_undo(data: Path) -> None:
    done = run(data, "add", "e1", "e0", "not_duplicate", "--note", "Another print.", "--by", "Ada")
    assert done.exit_code == 0, done.stderr
    [shown] = run(data, "list").stdout.splitlines()
    [decision] = listed(data)
    assert shown.split("  ")[:4] == [decision["id"], "e0", "e1", "not_duplicate"]
    assert shown.endswith("Ada  Another print.")
    assert run(data, "remove", str(decision["id"])).exit_code == 0
    assert listed(data) == []


def test_should_list_what_meets_the_conditions(data: Path) -> None:
    for other, kind in (("e1", "duplicate"), ("e2", "variant")):
        run(data, "add", "e0", other, kind)
    assert [each["b"] for each in listed(data, "--entity-id", "e2")] == ["e2"]
    assert [each["b"] for each in listed(data, "--decision", "duplicate")] == ["e1"]
    few = run(data, "list", "--limit", "1")
    assert (len(few.stdout.splitlines()), "see --limit" in few.stderr) == (1, True)


def test_should_say_where_there_are_none(data: Path) -> None:
    done = run(data, "list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "There are no such decisions.\n"


def test_should_refuse_what_others_have_decided_otherwise(data: Path) -> None:
    run(data, "add", "e0", "e1", "duplicate", "--by", "Ada")
    refused = run(data, "add", "e0", "e1", "not_duplicate")
    assert isinstance(refused.exception, DecisionConflictError)
    assert "name that id: as replaces" in refused.exception.detail
    assert "--replaces" in refused.exception.at_command_line
    [stands] = listed(data)
    replaced = run(data, "add", "e0", "e1", "not_duplicate", "--replaces", str(stands["id"]))
    assert replaced.exit_code == 0
    assert [each["decision"] for each in listed(data)] == ["not_duplicate"]


def test_should_refuse_what_there_is_not(data: Path) -> None:
    nothing = run(data, "remove", "nothing").exception
    assert isinstance(nothing, UnknownDecisionError)
    assert str(nothing) == "There is no decision with the id 'nothing', or it has been undone."
    missing = run(data, "add", "e0", "nobody", "duplicate").exception
    assert isinstance(missing, UnknownProductError)
    assert run(data, "add", "e0", "e1", "perhaps").exit_code == 2


@pytest.mark.parametrize("name", ["decisions.csv", "decisions.jsonl.gz", "decisions.parquet"])
def test_should_bring_an_export_to_another_folder(data: Path, tmp_path: Path, name: str) -> None:
    run(data, "add", "e0", "e1", "duplicate", "--note", "=1+1\nü", "--by", "Ada")
    run(data, "add", "e0", "e2", "variant")
    assert run(data, "export", str(tmp_path / name)).exit_code == 0
    other = stocked(tmp_path / "other")
    done = run(other, "import", str(tmp_path / name))
    assert (done.exit_code, done.stdout) == (0, "2 decisions kept, 0 rows refused.\n")
    assert listed(other) == listed(data)
    again = run(other, "import", str(tmp_path / name))
    assert again.exit_code == 0
    assert listed(other) == listed(data)


def test_should_refuse_rows_one_by_one(data: Path, tmp_path: Path) -> None:
    run(data, "add", "e0", "e1", "duplicate", "--by", "Ada")
    rows = [
        ("e0", "e2", "not_duplicate", "", ""),
        ("e0", "e1", "not_duplicate", "", ""),
        ("e1", "e2", "perhaps", "", ""),
        ("e1", "nobody", "variant", "", ""),
        ("e1", "e2", "variant", "", "no JSON"),
        ("", "e2", "variant", "", ""),
    ]
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        names = ("a", "b", "decision", "by", "pictures_of_a")
        csv.writer(file).writerows([names, *rows])
    done = run(data, "import", str(path))
    assert (done.exit_code, done.stdout) == (3, "1 decision kept, 5 rows refused.\n")
    reasons = done.stderr
    for words in ("Row 3: About 'e0' and 'e1'", "decision must be", "nobody", "not JSON", "Row 7"):
        assert words in reasons
    assert {(each["b"], each["decision"]) for each in listed(data)} == {
        ("e1", "duplicate"),
        ("e2", "not_duplicate"),
    }


def test_should_refuse_a_file_without_decisions(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("entity_id,image_url\n1,2\n", encoding="utf-8")
    refused = run(data, "import", str(path)).exception
    assert "the column a is missing" in str(refused)
