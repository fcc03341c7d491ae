"""``lookalike list`` on a data folder."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lookalike.catalogue.registration import RegisteredImage, Registration, register
from lookalike.cli.app import app
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.local.data_folder import open_storage
from tests.builders import a_fingerprint


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with five products."""
    some = [
        Registration(
            f"e{number}",
            f"S-{number % 2}",
            [RegisteredImage(None, a_fingerprint(number, version=ALGORITHM_VERSION))],
            {"seller": f"name {number}"},
        )
        for number in range(5)
    ]
    with closing(open_storage(tmp_path)) as storage:
        register(storage, some, 1)
    return tmp_path


def run(data: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["list", "--data", str(data), *options])


def test_should_show_a_line_for_each_product(data: Path) -> None:
    lines = run(data).stdout.splitlines()
    assert lines[0] == "e0  S-0    seller:name 0"
    assert len(lines) == 5


def test_should_say_that_there_are_more(data: Path) -> None:
    shown = run(data, "--limit", "2")
    assert [line[:2] for line in shown.stdout.splitlines()] == ["e0", "e1"]
    assert "There are more than 2 products" in shown.stderr
    assert run(data, "--limit", "5").stderr == ""


def test_should_show_what_meets_the_conditions(data: Path) -> None:
    for options, found in (
        (("--sku", "S-1"), ["e1", "e3"]),
        (("--filter", "seller:name 2"), ["e2"]),
        (("--q", "NAME 3"), ["e3"]),
        (("--q", "no such"), []),
    ):
        assert [line[:2] for line in run(data, *options).stdout.splitlines()] == found


def test_should_print_json_lines(data: Path) -> None:
    [first, _] = map(json.loads, run(data, "--json", "--sku", "S-1").stdout.splitlines())
    assert first == {
        "entity_id": "e1",
        "sku": "S-1",
        "image_url": None,
        "attributes": {"seller": "name 1"},
        "state": "active",
        "fingerprint_id": a_fingerprint(1).fingerprint_id,
        "flag": None,
        "images": [
            {
                "image_url": None,
                "state": "active",
                "fingerprint_id": a_fingerprint(1).fingerprint_id,
            }
        ],
    }


def test_should_refuse_a_filter_without_a_value(data: Path) -> None:
    refused = run(data, "--filter", "seller")
    assert refused.exit_code == 2
    assert "key:value" in refused.stderr
