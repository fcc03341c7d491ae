"""Whatever format, dialect and source a catalogue comes in, it is the same catalogue."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.rows import CatalogueReader
from lookalike.cli.catalogue_source import opened_catalogue
from lookalike.storage.import_runs import FailedRow
from tests.feeds import (
    FORMATS,
    PRODUCTS,
    all_feeds,
    csv_feed,
    parquet_feed,
    rss_feed,
    xlsx_feed,
)

FEEDS = all_feeds()
EXPECTED = [
    (each["id"], each["sku"], each["image_link"], {"colour": each["colour"]}) for each in PRODUCTS
]
ONE_EACH = ("csv, tabs, utf-16, few quotes", *FORMATS)


def products(rows: Iterable[CatalogueRow | FailedRow]) -> list[object]:
    """The products of rows without their numbers; failures as they are."""
    return [
        (row.entity_id, row.sku, row.image_url, row.attributes)
        if isinstance(row, CatalogueRow)
        else row
        for row in rows
    ]


@pytest.mark.parametrize("name", FEEDS)
def test_every_format_and_dialect_should_be_the_same_catalogue(name: str) -> None:
    file = io.BytesIO(FEEDS[name])
    assert products(CatalogueReader(file)) == EXPECTED
    assert products(CatalogueReader(file)) == EXPECTED, "it can be read again"
    assert not file.closed


Source = Callable[[bytes, Path, pytest.MonkeyPatch], AbstractContextManager[Path]]


@contextmanager
def from_file(content: bytes, folder: Path, _monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file whose name says nothing about its format."""
    path = folder / "feed"
    path.write_bytes(content)
    yield path


@contextmanager
def from_standard_input(
    content: bytes, _folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    yield Path("-")


@contextmanager
def from_pipe(content: bytes, folder: Path, _monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """As shells have for ``<(…)``."""
    path = folder / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(content,))
    writer.start()
    yield path
    writer.join()


@pytest.mark.parametrize("suffix", ["", ", gzip"])
@pytest.mark.parametrize("name", ONE_EACH)
@pytest.mark.parametrize("source", [from_file, from_standard_input, from_pipe])
def test_every_source_should_give_the_same_catalogue(
    source: Source, name: str, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = FEEDS[name + suffix]
    with source(content, tmp_path, monkeypatch) as path, opened_catalogue(path) as opened:
        assert products(CatalogueReader(opened)) == EXPECTED
        assert products(CatalogueReader(opened)) == EXPECTED, "it can be read again"


def test_a_folder_of_pictures_should_be_a_catalogue_of_their_names(tmp_path: Path) -> None:
    for name in ("17.jpg", "dresses/018.JPEG", "dresses/17.png", "notes.txt", ".hidden.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    with opened_catalogue(tmp_path) as opened:
        reader = CatalogueReader(opened)
        assert reader.kind == "Folder of pictures"
        assert products(reader) == [
            ("17", "", "17.jpg", {}),
            ("dresses/018", "", "dresses/018.JPEG", {}),
            ("dresses/17", "", "dresses/17.png", {}),
        ]


def test_pictures_of_one_name_should_be_those_of_one_product(tmp_path: Path) -> None:
    for name in ("17.jpg", "17.png", "18.jpg"):
        (tmp_path / name).touch()
    assert list(CatalogueReader(tmp_path)) == [
        CatalogueRow(1, "17", "", "17.jpg", {}, ("17.png",)),
        CatalogueRow(3, "18", "", "18.jpg"),
    ]


A, B, C = (f"https://shop.example/{name}.jpg" for name in "abc")
SEVERAL = {
    "Google, CSV": f'id,image_link,additional_image_link\n1,{A},"{B},{C}"\n'.encode(),
    "Google, TSV": f"id\timage_link\tadditional_image_link\n1\t{A}\t{B}, {C}\n".encode(),
    "Google, RSS": rss_feed([{"id": "1", "image_link": A}]).replace(
        b"</item>",
        f"<g:additional_image_link>{B}</g:additional_image_link>"
        f"<g:additional_image_link>{C}</g:additional_image_link></item>".encode(),
    ),
    "Shopify": f"Handle,Title,Image Src\n1,Shirt,{A}\n1,,{B}\n1,,{C}\n".encode(),
    "WooCommerce": f'ID,SKU,Images\n1,,"{A}, {B}, {C}"\n'.encode(),
    "Magento": f'sku,base_image,additional_images\n1,{A},"{A},{B},{C}"\n'.encode(),
    "numbered": f"id,image,image 2,image 3\n1,{A},{B},{C}\n".encode(),
    "a list in image_url": f'id,image_url\n1,"{A},{B},{C}"\n'.encode(),
    "JSON": json.dumps([{"id": 1, "image_url": [A, B, C]}]).encode(),
    "JSON, objects": json.dumps(
        [{"id": 1, "images": [{"src": each} for each in (A, B, C)]}]
    ).encode(),
    "JSON Lines": json.dumps({"id": 1, "image": A, "images": [A, B, C]}).encode(),
    "Parquet": parquet_feed([{"id": "1", "image_link": A, "additional_image_link": f"{B},{C}"}]),
    "XLSX": xlsx_feed([("id", "image_link", "additional_image_link"), (1, A, f"{B},{C}")]),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_every_way_to_name_several_pictures_should_give_the_same_product(name: str) -> None:
    [row] = CatalogueReader(io.BytesIO(SEVERAL[name]))
    assert isinstance(row, CatalogueRow)
    assert (row.entity_id or row.sku, row.image_urls) == ("1", (A, B, C))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (FEEDS["csv, semicolons, cp1252, few quotes"], "CSV with semicolons, Windows-1252"),
        (FEEDS["csv, tabs, utf-16, few quotes"], "CSV with tabs, UTF-16"),
        (FEEDS["json lines"], "JSON Lines"),
        (FEEDS["json, gzip"], "JSON"),
        (FEEDS["xlsx"], "XLSX, sheet Sheet"),
        (FEEDS["parquet"], "Parquet"),
        (FEEDS["atom"], "RSS or Atom"),
    ],
)
def test_should_say_which_format_it_is(content: bytes, kind: str) -> None:
    assert CatalogueReader(io.BytesIO(content)).kind == kind


def test_should_read_an_encoding_that_is_named() -> None:
    content = csv_feed([{"id": "1", "image_link": "a.jpg", "colour": "красный"}], encoding="cp1251")
    [row] = CatalogueReader(io.BytesIO(content), encoding="cp1251")
    assert isinstance(row, CatalogueRow)
    assert row.attributes == {"colour": "красный"}
