"""``lookalike export``, and ``lookalike import`` of what it has written."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lookalike import Catalogue
from lookalike.cli.app import app
from lookalike.local.data_folder import open_storage
from lookalike.matching.check import Match
from lookalike.pictures import Picture
from lookalike.products import Product

SAMPLE = Path(__file__).parents[3] / "sample"
PHOTOS = sorted((SAMPLE / "photos").glob("*.jpg"))[:4]
FORMATS = ["a.csv", "a.csv.gz", "a.jsonl", "a.jsonl.gz", "a.parquet"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with five products of four pictures; one shows three of them."""
    folder = tmp_path_factory.mktemp("export") / "data"
    with Catalogue(folder) as catalogue:
        for number, photo in enumerate([*PHOTOS, PHOTOS[0]]):
            attributes = {"seller": f"name {number % 2}", "description": " é,\n"}
            catalogue.add(
                f"=e{number}",
                photo.read_bytes(),
                sku="S",
                attributes=attributes,
                further_pictures=[each.read_bytes() for each in PHOTOS[1:3]] * (number == 4),
            )
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)


def contents(data: Path) -> tuple[list[Product], dict[str, Picture]]:
    with closing(open_storage(data, read_only=True)) as storage:
        products = list(storage.products.page().products)
        pictures = storage.pictures.get_many(name for each in products for name in each.pictures)
    return products, {key: Picture(picture.fingerprint, 0) for key, picture in pictures.items()}


@pytest.mark.parametrize("name", FORMATS)
def test_should_import_an_export_as_it_was_without_any_picture(
    data: Path, tmp_path: Path, name: str
) -> None:
    """None of the products has an address, so there is nothing to download."""
    file, copy = tmp_path / name, tmp_path / "copy"
    assert run("export", file, "--data", data, "--fingerprints").exit_code == 0
    loaded = run("import", file, "--data", copy, "--json")
    assert (loaded.exit_code, json.loads(loaded.stdout)["done"]) == (0, 5)
    assert contents(copy) == contents(data)
    again = json.loads(run("import", file, "--data", copy, "--json").stdout)
    assert (again["done"], again["unchanged"]) == (0, 5)


def answer(catalogue: Catalogue, photo: Path) -> tuple[Match, ...]:
    found = catalogue.check(photo, top=9, min_match=0).matches
    assert found
    return tuple(found)


def test_should_answer_checks_as_the_catalogue_that_was_exported(
    data: Path, tmp_path: Path
) -> None:
    file, copy = tmp_path / "a.jsonl", tmp_path / "copy"
    run("export", file, "--data", data, "--fingerprints")
    run("import", file, "--data", copy)
    with Catalogue(data) as old, Catalogue(copy) as new:
        for photo in (*PHOTOS, *(SAMPLE / "edited").glob("*.jpg")):
            assert answer(new, photo) == answer(old, photo)


def test_should_export_what_meets_the_conditions(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    done = run("export", file, "--data", data, "--filter", "seller:name 1")
    assert "2 products written" in done.stderr
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["entity_id"] for row in rows] == ["'=e1", "'=e3"]
    assert "fingerprint_json" not in rows[0]


@pytest.mark.parametrize(("option", "first"), [("csv", "entity_id,sku"), ("jsonl", '{"entity_id"')])
def test_should_print_an_export(data: Path, option: str, first: str) -> None:
    done = run("export", "-", "--data", data, "--format", option)
    assert done.stdout.startswith(first)
    assert done.stdout.count("=e") == 5
    assert done.stderr == "5 products written.\n"


@pytest.fixture
def rows(data: Path, tmp_path: Path) -> list[dict[str, object]]:
    """The rows of an export, which a test damages; then they are written again."""
    run("export", tmp_path / "a.jsonl", "--data", data, "--fingerprints")
    lines = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def imported(rows: list[dict[str, object]], folder: Path) -> list[dict[str, str]]:
    """The refused rows of an import."""
    file, failures = folder / "b.jsonl", folder / "failures.csv"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    done = run("import", file, "--data", folder / "copy", "--failures", failures)
    assert done.exit_code == 3
    with failures.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"signature": "AAAA"}, "row_refused", "The fingerprint is damaged."),
        ({"hashes": {}}, "row_refused", "the hash phash is missing"),
        ({"quality": 101}, "row_refused", "quality must be"),
        ({"version": "2-old"}, "fingerprint_outdated", "without its column fingerprint_json"),
        ({"fingerprint_id": 32 * "0"}, "row_refused", "another picture"),
    ],
)
def test_should_refuse_a_row_whose_fingerprint_cannot_be_used(
    rows: list[dict[str, object]], tmp_path: Path, change: dict[str, object], code: str, words: str
) -> None:
    fingerprint = json.loads(str(rows[1]["fingerprint_json"]))
    rows[1]["fingerprint_json"] = json.dumps(fingerprint | change)
    [failure] = imported(rows, tmp_path)
    assert (failure["row"], failure["code"]) == ("2", code)
    assert words in failure["detail"]
    assert len(contents(tmp_path / "copy")[0]) == 4


def test_should_refuse_a_row_whose_fingerprint_is_no_json(
    rows: list[dict[str, object]], tmp_path: Path
) -> None:
    rows[0]["fingerprint_json"] = '{"version":'
    [failure] = imported(rows, tmp_path)
    assert failure["detail"].startswith("The fingerprint is damaged.")
