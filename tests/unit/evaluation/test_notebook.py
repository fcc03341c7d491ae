"""The notebook runs as it is, and is stored without outputs."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.unit.evaluation.builders import SOME_EDITS

ROOT = Path(__file__).parents[3]
NOTEBOOK = ROOT / "notebooks" / "choose_a_threshold.ipynb"


@pytest.fixture(scope="module")
def cells() -> list[dict[str, Any]]:
    """The code cells, in order."""
    notebook = json.loads(NOTEBOOK.read_text("utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_should_be_stored_without_outputs(cells: list[dict[str, Any]]) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)


def test_should_run_from_top_to_bottom(
    cells: list[dict[str, Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It runs with few edits of the first photographs of the sample catalogue."""
    monkeypatch.chdir(NOTEBOOK.parent)
    few = tmp_path / "few.csv"
    lines = (ROOT / "sample" / "catalogue.csv").read_text("utf-8").splitlines()[:9]
    (tmp_path / "photos").symlink_to(ROOT / "sample" / "photos")
    few.write_text("\n".join(lines) + "\n", "utf-8")
    values: dict[str, Any] = {}
    for cell in cells:
        exec(compile("".join(cell["source"]), NOTEBOOK.name, "exec"), values)  # noqa: S102 - ours
        if "parameters" in cell["metadata"].get("tags", []):
            assert values["CATALOGUE"].is_file()
            values |= {"CATALOGUE": few, "OUTPUT": tmp_path / "out", "EDIT_NAMES": SOME_EDITS}
            values |= {"EDITED": 2, "UNRELATED": 5, "WORKERS": 1}
    printed = capsys.readouterr().out
    assert "8 pictures, 0 left out" in printed
    assert printed.count(" to ") >= 8
    assert "Cheapest: " in printed
    drawn = values["plots"].over_thresholds("sample", values["over_thresholds"])
    assert ET.fromstring(drawn._repr_svg_()).tag.endswith("svg")  # noqa: S314 - our own drawing
