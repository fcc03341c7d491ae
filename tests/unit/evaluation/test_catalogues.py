"""Catalogues and folders become entries, or are refused with a reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lookalike.errors import BadParameterError, CatalogueError
from lookalike.evaluation.catalogues import read_catalogues
from lookalike.evaluation.screening import nearest_unrelated, screen_pictures
from tests.images import encoded


@pytest.fixture
def shop(tmp_path: Path, sample_pictures: tuple[Path, ...]) -> Path:
    """A folder with a catalogue of four rows and three pictures, one of them white."""
    folder = tmp_path / "shop"
    (folder / "img").mkdir(parents=True)
    for number in (1, 2):
        (folder / "img" / f"{number}.jpg").write_bytes(sample_pictures[number].read_bytes())
    (folder / "img" / "3.jpg").write_bytes(encoded(Image.new("RGB", (200, 200), "white"), "JPEG"))
    (folder / "shop.csv").write_text(
        "entity_id,sku,image_url,colour,view\n1,shirt,/img/1.jpg,red,main\n2,,img/2.jpg,,\n"
        "3,x,img/3.jpg,,\n4,y,img/4.jpg,,\n5,z,,,\n",
        encoding="utf-8",
    )
    return folder


def test_should_read_a_catalogue(shop: Path, tmp_path: Path) -> None:
    entries, refused = read_catalogues([shop / "shop.csv"], None, tmp_path)
    assert [e.entity_id for e in entries] == ["1", "2", "3", "4"]
    assert (entries[0].colour, entries[0].view) == ("red", "main")
    assert [e.group for e in entries[:2]] == ["shop:shirt", "shop:2"]
    assert [e.style for e in entries[:2]] == ["shirt", "2"]
    assert entries[0].path == shop / "img" / "1.jpg"
    assert [(r.name, r.code) for r in refused] == [("row 6", "no_picture")]


def test_should_take_a_missing_sku_from_the_id(shop: Path, tmp_path: Path) -> None:
    entries, _ = read_catalogues([shop / "shop.csv"], None, tmp_path, r"[1-9]")
    assert [e.group for e in entries] == ["shop:shirt", "shop:2", "shop:x", "shop:y"]
    (shop / "shop.csv").write_text(
        "entity_id,image_url\nab12-red,a.jpg\nab12-blue,b.jpg\n7,c.jpg\n"
    )
    entries, _ = read_catalogues([shop / "shop.csv"], None, tmp_path, r"[a-z]{2}\d{2}")
    assert [e.style for e in entries] == ["ab12", "ab12", "7"]


def test_should_refuse_a_pattern_that_is_no_regular_expression(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(BadParameterError, match="is no regular expression"):
        read_catalogues([shop / "shop.csv"], None, tmp_path, "(")


def test_should_read_a_folder_as_products_of_one_picture(shop: Path, tmp_path: Path) -> None:
    entries, _ = read_catalogues([shop / "img"], None, tmp_path)
    assert [e.entity_id for e in entries] == ["1.jpg", "2.jpg", "3.jpg"]
    assert len({e.group for e in entries}) == 3


def test_should_tell_catalogues_with_the_same_ids_apart(shop: Path, tmp_path: Path) -> None:
    entries, _ = read_catalogues([shop / "shop.csv", shop / "shop.csv"], None, tmp_path)
    assert {e.domain for e in entries} == {"shop", "shop-2"}
    assert len({e.entity_id for e in entries}) == len(entries) == 8
    assert "shop-2:1" in {e.entity_id for e in entries}


def test_should_give_every_catalogue_a_name_of_its_own(shop: Path, tmp_path: Path) -> None:
    text = (shop / "shop.csv").read_text()
    for name in ("shop-2.csv", "shop-3.csv"):
        (shop / name).write_text(text)
    sources = [shop / name for name in ("shop-2.csv", "shop.csv", "shop-3.csv", "shop.csv")]
    entries, _ = read_catalogues(sources, None, tmp_path)
    assert {e.domain for e in entries} == {"shop-2", "shop", "shop-3", "shop-4"}
    assert len({e.entity_id for e in entries}) == len(entries) == 16


def test_should_list_pictures_that_cannot_be_used(shop: Path, tmp_path: Path) -> None:
    named, _ = read_catalogues([shop / "shop.csv"], None, tmp_path)
    screened, entries, refused = screen_pictures(named, workers=1)
    assert screened.keys() == {e.entity_id for e in entries} == {"1", "2"}
    assert [(r.name, r.code) for r in refused] == [
        ("3", "image_featureless"),
        ("4", "image_not_found"),
    ]
    assert all(r.detail for r in refused)


def test_should_measure_how_similar_pictures_of_other_products_are(
    shop: Path, tmp_path: Path
) -> None:
    (shop / "img" / "4.jpg").write_bytes((shop / "img" / "1.jpg").read_bytes())
    named, _ = read_catalogues([shop / "img"], None, tmp_path)
    screened, entries, _ = screen_pictures(named, workers=1)
    bits = nearest_unrelated(entries, entries, screened)
    assert [e.entity_id for e in entries] == ["1.jpg", "2.jpg", "4.jpg"]
    assert bits.tolist() == [0, bits[1], 0]
    assert 50 < bits[1] < 206
    assert screened["1.jpg"] == screened["4.jpg"]
    assert bits.dtype == np.int64


def test_should_list_addresses_that_are_not_fetched(tmp_path: Path) -> None:
    catalogue = tmp_path / "web.csv"
    catalogue.write_text("entity_id,image_url\n1,http://127.0.0.1/a.jpg\n", encoding="utf-8")
    entries, refused = read_catalogues([catalogue], None, tmp_path / "downloads")
    assert entries == []
    assert [(one.name, one.code) for one in refused] == [("1", "host_not_allowed")]


@pytest.mark.parametrize("name", ["empty", "none.csv"])
def test_should_refuse_a_source_without_pictures(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CatalogueError):
        read_catalogues([tmp_path / name], None, tmp_path)


def test_should_read_columns_that_the_user_names(shop: Path, tmp_path: Path) -> None:
    text = (shop / "shop.csv").read_text("utf-8")
    renamed = tmp_path / "artikel.csv"
    header, rows = text.split("\n", 1)
    assert header.startswith("entity_id,sku,image_url")
    header = header.replace("entity_id", "Artikelnummer").replace("image_url", "Bild")
    renamed.write_text(f"{header}\n{rows}", "utf-8")
    columns = {"entity_id": "Artikelnummer", "image_url": "Bild"}
    named, _ = read_catalogues([renamed], shop, tmp_path, columns=columns)
    usual, _ = read_catalogues([shop / "shop.csv"], None, tmp_path)
    assert [(each.entity_id, each.path) for each in named] == [
        (each.entity_id, each.path) for each in usual
    ]
