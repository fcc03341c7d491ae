"""The notebook runs as it is, and is stored without outputs."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.notebooks import Notebook
from tests.unit.evaluation.builders import SOME_EDITS

ROOT = Path(__file__).parents[3]
NOTEBOOK = Notebook("choose_a_threshold.ipynb")


def test_should_be_stored_without_outputs() -> None:
    assert not NOTEBOOK.has_outputs


def test_should_run_from_top_to_bottom(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It runs with few edits of the first photographs of the sample catalogue."""
    few = tmp_path / "few.csv"
    lines = (ROOT / "sample" / "catalogue.csv").read_text("utf-8").splitlines()[:9]
    (tmp_path / "photos").symlink_to(ROOT / "sample" / "photos")
    few.write_text("\n".join(lines) + "\n", "utf-8")
    parameters = {"CATALOGUE": few, "OUTPUT": tmp_path / "out", "EDIT_NAMES": SOME_EDITS}
    values = NOTEBOOK.run(parameters | {"EDITED": 2, "UNRELATED": 5, "WORKERS": 1})
    printed = capsys.readouterr().out
    assert "8 pictures, 0 left out" in printed
    assert printed.count(" to ") >= 8
    assert "Cheapest: " in printed
    drawn = values["plots"].over_thresholds("sample", values["over_thresholds"])
    assert ET.fromstring(drawn._repr_svg_()).tag.endswith("svg")  # noqa: S314 - our own drawing
