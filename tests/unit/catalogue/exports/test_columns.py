"""An export says the same when it is read again, whatever its products say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.exports.columns import COLUMNS, WITH_FINGERPRINTS
from lookalike.catalogue.exports.exported_picture import ExportedPicture
from lookalike.catalogue.exports.table_files import table_file
from lookalike.catalogue.rows import CatalogueReader
from lookalike.storage.import_runs import FailedRow

FORMATS = ["a.csv", "a.csv.gz", "a.jsonl", "a.jsonl.gz", "a.parquet"]
ROW: dict[str, Any] = {
    "entity_id": "1",
    "sku": "s",
    "image_url": None,
    "attributes": {"description": " long ", "sku": "other", "empty": ""},
    "state": "active",
    "fingerprint_id": "f",
    "source_revision": "r 1",
    "fingerprint_json": "{}",
}


def read_again(
    path: Path, *rows: dict[str, Any], reads_pictures: bool = False
) -> list[CatalogueRow | FailedRow]:
    columns = dict.fromkeys([*COLUMNS, *WITH_FINGERPRINTS], "string")
    with table_file(path, columns) as write:
        for row in rows:
            write(row)
    with path.open("rb") as file:
        return list(CatalogueReader(file, reads_pictures=reads_pictures))


@pytest.mark.parametrize("name", FORMATS)
def test_should_read_every_value_as_it_was(tmp_path: Path, name: str) -> None:
    """Attributes have names of columns, and texts that other catalogues leave out."""
    [row] = read_again(tmp_path / name, ROW)
    assert isinstance(row, CatalogueRow)
    assert (row.entity_id, row.sku, row.image_url) == ("1", "s", "")
    assert row.attributes == ROW["attributes"]
    assert row.pictures == (ExportedPicture("f", "{}", "r 1"),)


FURTHER: list[dict[str, Any]] = [
    {"image_url": "=2.jpg", "fingerprint_id": "g", "fingerprint_json": "{2}"},
    {"image_url": None, "fingerprint_id": "h", "fingerprint_json": "{3}", "source_revision": "r"},
]


@pytest.mark.parametrize("name", FORMATS)
def test_should_read_several_pictures_as_they_were(tmp_path: Path, name: str) -> None:
    [row] = read_again(tmp_path / name, ROW | {"image_url": "1.jpg", "further_images": FURTHER})
    assert isinstance(row, CatalogueRow)
    assert row.image_urls == ("1.jpg", "=2.jpg", "")
    assert row.pictures == (
        ExportedPicture("f", "{}", "r 1"),
        ExportedPicture("g", "{2}", ""),
        ExportedPicture("h", "{3}", "r"),
    )


def test_should_read_all_pictures_where_one_has_no_fingerprint(tmp_path: Path) -> None:
    further = [{"image_url": "2.jpg", "fingerprint_id": "g", "fingerprint_json": None}]
    [row] = read_again(tmp_path / "a.csv", ROW | {"image_url": "1.jpg", "further_images": further})
    assert isinstance(row, CatalogueRow)
    assert (row.image_urls, row.pictures) == (("1.jpg", "2.jpg"), ())


@pytest.mark.parametrize("further", ["[", "{}", "[1]", '[{"image_url": 1}]', "null"])
def test_should_refuse_damaged_further_images(tmp_path: Path, further: str) -> None:
    [row] = read_again(tmp_path / "a.csv", ROW | {"further_images": further})
    assert isinstance(row, FailedRow)
    assert row.detail == "The further images are no JSON list of objects with texts."


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sku=texts | st.sampled_from(["'", "=1", "'=1", " a ", "\r\n", "\n", "a\rb", '"', "\u2028"]),
    attributes=st.dictionaries(texts.filter(bool), texts, max_size=3),
)
def test_should_keep_any_text(
    tmp_path: Path, name: str, sku: str, attributes: dict[str, str]
) -> None:
    [row] = read_again(tmp_path / name, ROW | {"sku": sku, "attributes": attributes})
    assert isinstance(row, CatalogueRow)
    assert (row.sku, row.attributes) == (sku, attributes)


@pytest.mark.parametrize("name", FORMATS)
def test_should_leave_fingerprints_out_on_request(tmp_path: Path, name: str) -> None:
    """Then a row without an address names no picture."""
    with_address = ROW | {"entity_id": "2", "image_url": "https://shop.example/1.jpg"}
    first, second = read_again(tmp_path / name, ROW, with_address, reads_pictures=True)
    assert isinstance(first, FailedRow)
    assert first.code == "no_picture"
    assert isinstance(second, CatalogueRow)
    assert (second.image_url, second.pictures) == ("https://shop.example/1.jpg", ())


@pytest.mark.parametrize("attributes", ["", "[]", "{", '{"a": 1}', "null"])
def test_should_refuse_damaged_attributes(tmp_path: Path, attributes: str) -> None:
    row, other = read_again(
        tmp_path / "a.csv", ROW | {"attributes": attributes}, ROW | {"entity_id": "2"}
    )
    assert isinstance(row, FailedRow)
    assert (row.code, row.detail) == (
        "row_unreadable",
        "The attributes are no JSON object of texts.",
    )
    assert isinstance(other, CatalogueRow)
