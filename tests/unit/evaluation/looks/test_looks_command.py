"""``lookalike evaluate --search`` on pictures of the sample."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from defusedxml.ElementTree import parse
from typer.testing import CliRunner

from lookalike.cli.app import app
from lookalike.evaluation.split import Half, assigned_half
from lookalike.search.models.registry import read_models

SAMPLE = Path(__file__).parents[4] / "sample"
PHOTOS = sorted((SAMPLE / "photos").glob("*.jpg"))[:24]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Twenty-four photographs of two kinds and a file that is no picture."""
    path = tmp_path / "shop.csv"
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["entity_id", "sku", "image_url", "kind", "side", "serial"])
        for number, photo in enumerate(PHOTOS):
            side = "left" if number % 3 else "right"
            writer.writerow([f"e{number}", f"s{number // 2}", photo.name, number % 2, side, number])
        writer.writerow(["broken", "s99", "broken.jpg", "1", "left", "99"])
    for photo in PHOTOS:
        (tmp_path / photo.name).write_bytes(photo.read_bytes())
    return path


def test_should_measure_models_and_baselines(catalogue: Path, tmp_path: Path) -> None:
    options = ["--search", "kind,side", "--output", str(tmp_path / "report")]
    run = CliRunner().invoke(app, ["evaluate", str(catalogue), *options])
    assert run.exit_code == 0, run.output
    report = (tmp_path / "report" / "search.md").read_text("utf-8")
    for title in (
        "Another picture of the same product",
        "Another product of the same kind",
        "Another product of the same kind and side",
        "Quantised against full: built-in",
        "Percentages: built-in",
    ):
        assert f"## {title}" in report
    for method in ("built-in", "colours alone", "pHash", "random"):
        assert report.count(f"| {method} |") == 4
    plots = re.findall(r"\]\(([^)]+\.svg)\)", report)
    assert len(plots) == 4 + 2, "one for each task, quantisations and percentages"
    for name in plots:
        words = " ".join(parse(tmp_path / "report" / name).getroot().itertext())
        assert ("built-in" in words) is name.startswith("looks-found")
    page = (tmp_path / "report" / "search.html").read_text("utf-8")
    assert page.count("<svg") == len(plots)
    pictures = {int(n) for n in re.findall(r"answered from (\d+) pictures", report)}
    assert pictures == {sum(assigned_half(f"s{n // 2}") is Half.REPORT for n in range(len(PHOTOS)))}
    scales = json.loads((tmp_path / "report" / "likeness.json").read_text("utf-8"))
    assert list(scales) == [read_models().named(None).space.version]
    assert "broken" in run.stderr


def test_should_say_that_no_product_has_an_attribute(catalogue: Path, tmp_path: Path) -> None:
    options = ["--search", "season", "--output", str(tmp_path / "report")]
    run = CliRunner().invoke(app, ["evaluate", str(catalogue), *options])
    assert run.exit_code == 2
    assert "No product of the catalogue has season" in run.stderr


def test_should_say_that_no_two_products_have_the_same_attribute(
    catalogue: Path, tmp_path: Path
) -> None:
    options = ["--search", "serial", "--output", str(tmp_path / "report")]
    run = CliRunner().invoke(app, ["evaluate", str(catalogue), *options])
    assert run.exit_code == 2
    assert "Another product of the same serial: the catalogue has none" in run.stderr
