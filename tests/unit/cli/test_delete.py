"""``lookalike delete`` on a data folder."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lookalike.cli.app import app
from lookalike.errors import StorageInvalidError
from lookalike.local.data_folder import open_storage
from tests.unit.cli.data_folders import stocked


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with three products."""
    return stocked(tmp_path)


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["delete", *words, "--data", str(data)])


def left(data: Path) -> list[str]:
    with closing(open_storage(data, read_only=True)) as storage:
        return [product.entity_id for product in storage.products.page(limit=9).products]


def test_should_delete_what_is_named(data: Path) -> None:
    done = run(data, "e2", "e0", "e2")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "2 products deleted.\n", "")
    assert left(data) == ["e1"]


def test_should_say_what_is_not_there_and_delete_the_others(data: Path) -> None:
    done = run(data, "e1", "nobody")
    assert (done.exit_code, done.stdout) == (3, "1 product deleted.\n")
    assert done.stderr == "There is no product with the entity_id 'nobody' in the catalogue.\n"
    assert run(data, "e1").exit_code == 1
    assert left(data) == ["e0", "e2"]


def test_should_print_json(data: Path) -> None:
    done = run(data, "e0", "nobody", "--json")
    assert json.loads(done.stdout) == {"deleted": ["e0"], "unknown": ["nobody"]}


def test_should_refuse_a_folder_without_a_catalogue(tmp_path: Path) -> None:
    done = run(tmp_path / "mistyped", "e0")
    assert isinstance(done.exception, StorageInvalidError)
    assert not (tmp_path / "mistyped").exists()
