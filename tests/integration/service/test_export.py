"""``lookalike list`` and ``lookalike export`` of a running service."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.processes import Service, all_contents, lookalike

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_should_list_what_the_service_has(live: Service, loaded_data: Path) -> None:
    here = lookalike("list", "--data", loaded_data, "--limit", 1000, "--json")
    there = lookalike("list", "--url", live.url, "--limit", 1000, "--json")
    assert there.output == here.output
    assert len(there.output.splitlines()) == len(all_contents(loaded_data)[0])
    [only] = lookalike("list", "--url", live.url, "--q", "00208C77", "--json").output.splitlines()
    assert json.loads(only)["sku"] == "SKU-00208c77"


@pytest.mark.parametrize("name", ["a.csv.gz", "a.parquet"])
def test_should_export_a_service_into_an_empty_folder(
    live: Service, loaded_data: Path, tmp_path: Path, name: str
) -> None:
    done = lookalike("export", tmp_path / name, "--url", live.url, "--fingerprints")
    assert done.code == 0
    assert lookalike("import", tmp_path / name, "--data", tmp_path / "copy").code == 0
    assert all_contents(tmp_path / "copy") == all_contents(loaded_data)
