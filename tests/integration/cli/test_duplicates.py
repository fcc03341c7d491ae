"""All duplicates of a catalogue, from the command line and from a service."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from tests.integration.processes import SAMPLE, Done, lookalike, serving

PHOTOS = sorted((SAMPLE / "photos").glob("*.jpg"))[:5]
FRAMED = "1a837d72-8a6b-487b-aa36-b3c2d19a8af5"
"""The photograph behind ``sample/edited/framed.jpg``."""
COUNTS = {"same_picture": 1, "duplicate": 0, "edited_copy": 1, "colour_variant": 0, "decided": 0}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs, one of them twice, and one of them also in a frame."""
    folder = tmp_path_factory.mktemp("pictures")
    for path in (*PHOTOS, SAMPLE / "photos" / f"{FRAMED}.jpg", SAMPLE / "edited" / "framed.jpg"):
        shutil.copy(path, folder)
    shutil.copy(PHOTOS[0], folder / "again.jpg")
    return folder


@pytest.fixture(scope="module")
def data(pictures: Path) -> Path:
    """A data folder with these pictures."""
    folder = pictures.parent / "data"
    assert lookalike("import", pictures, "--data", folder).code == 0
    return folder


def groups(path: Path) -> dict[str, set[str]]:
    """The entity ids of each group of a file, by kind."""
    lines = map(json.loads, path.read_text("utf-8").splitlines())
    return {each["kind"]: {member["entity_id"] for member in each["members"]} for each in lines}


def kept(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["entity_id"] for row in csv.DictReader(file) if row["keep"] == "yes"]


def counted(done: Done) -> dict[str, int]:
    assert done.code == 0, done.errors
    counts: dict[str, int] = done.json
    return counts


@pytest.mark.slow
def test_should_find_all_duplicates_of_a_data_folder(data: Path, tmp_path: Path) -> None:
    lines, page = tmp_path / "groups.jsonl", tmp_path / "report.html"
    done = lookalike("duplicates", "--data", data, "--output", lines, "--report", page, "--json")
    assert counted(done) == COUNTS | {"groups": 2, "products": 4}
    found = groups(lines)
    assert found["same_picture"] == {"again", PHOTOS[0].stem}
    assert found["edited_copy"] == {"framed", FRAMED}
    assert page.read_text("utf-8").count('"thumbnail": "UklGR') == 3  # WebP, as base64 begins it

    table = tmp_path / "groups.csv"
    again = lookalike("duplicates", "--data", data, "--output", table, "--keep", "oldest")
    assert again.output.startswith("2 groups with 4 products")
    assert len(kept(table)) == 2


@pytest.mark.slow
def test_should_let_a_service_find_them(data: Path, tmp_path: Path) -> None:
    lines, page = tmp_path / "groups.jsonl", tmp_path / "report.html"
    with serving(data) as service:
        done = lookalike(
            "duplicates", "--url", service.url, "--output", lines, "--report", page, "--json"
        )
    assert counted(done) == COUNTS | {"groups": 2, "products": 4}
    assert groups(lines)["edited_copy"] == {"framed", FRAMED}
    assert page.read_text("utf-8").count('"thumbnail": "UklGR') == 3


def test_should_refuse_what_cannot_be_written_before_it_begins(tmp_path: Path) -> None:
    done = lookalike("duplicates", "--data", tmp_path / "none", "--output", tmp_path / "a.xlsx")
    assert done.code == 2
    assert ".parquet" in done.errors
    assert not (tmp_path / "none").exists()
