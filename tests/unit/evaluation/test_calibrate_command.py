"""``lookalike evaluate --calibrate`` turns labelled queries into a file that the service reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from lookalike.cli.app import app
from lookalike.evaluation.edits import apply
from lookalike.matching.calibration import Calibration

PICTURES = 55


def labelled_shop(folder: Path, photos: tuple[Path, ...]) -> Path:
    """Write a catalogue, and a labelled file with a copy of each picture; return its path."""
    rows, labels = ["entity_id,sku,image_url"], ["query,relevant_entity_id"]
    for number, photo in enumerate(photos):
        (folder / f"{number}.jpg").write_bytes(photo.read_bytes())
        with Image.open(photo) as opened:
            copy = apply("crop10_flip_jpeg", opened.convert("RGB"), seed=0)
        (folder / f"copy-{number}.jpg").write_bytes(copy)
        rows.append(f"{number},,{number}.jpg")
        labels.append(f"copy-{number}.jpg,{number}")
    (folder / "shop.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "labels.csv").write_text("\n".join(labels) + "\n", encoding="utf-8")
    return folder / "labels.csv"


def evaluate(folder: Path, *options: str) -> Result:
    command = ["evaluate", str(folder / "shop.csv"), "--output", str(folder / "out")]
    labels = ["--calibrate", str(folder / "labels.csv")]
    return CliRunner().invoke(app, [*command, *labels, "--workers", "1", *options])


@pytest.mark.slow
def test_should_write_a_calibration_that_the_service_reads(
    tmp_path: Path, sample_pictures: tuple[Path, ...]
) -> None:
    labelled_shop(tmp_path, sample_pictures[:PICTURES])
    done = evaluate(tmp_path, "--methods", "ours,phash", "--grow", "5")
    assert done.exit_code == 0, done.stderr
    path = tmp_path / "out" / "calibration.json"
    assert str(path.name) in done.stdout
    assert "Brier score" in done.stdout
    fitted = Calibration.read(path)
    written = json.loads(path.read_text("utf-8"))
    assert written["fitted_on"]["queries"] == PICTURES
    assert fitted.growth == pytest.approx(
        Calibration.shipped().growth * written["after_the_shipped_one"]["slope"]
    )


@pytest.mark.slow
def test_should_ask_only_labelled_queries(
    tmp_path: Path, sample_pictures: tuple[Path, ...]
) -> None:
    """Too few queries are refused, and their answers are kept."""
    labelled_shop(tmp_path, sample_pictures[:3])
    done = evaluate(tmp_path)
    assert done.exit_code == 2
    assert "3 right and 3 wrong pairs" in re.sub(r"\s+", " ", done.stderr)
    lines = (tmp_path / "out" / "answers.jsonl").read_text("utf-8").splitlines()[1:]
    assert {json.loads(line)["method"] for line in lines} == {"ours"}
    assert len(lines) == 3


def test_should_refuse_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text("entity_id,image_url\n", encoding="utf-8")
    done = evaluate(tmp_path)
    assert done.exit_code == 2
    assert "labels.csv" in re.sub(r"[\s│]+", "", done.stderr)
