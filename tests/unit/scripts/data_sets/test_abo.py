from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.rows import CatalogueReader
from lookalike.storage.import_runs import FailedRow
from scripts.data_sets import abo

IMAGES = """\
image_id,height,width,path
81iZlv3bjpL,1000,562,8c/8ccb5859.jpg
01dvb1KBa8L,1000,1000,aa/aa8b1d1c.jpg
"""
LISTINGS = [
    {
        "item_id": "B06X9STHNG",
        "domain_name": "amazon.nl",
        "main_image_id": "81iZlv3bjpL",
        "other_image_id": ["01dvb1KBa8L"],
        "product_type": [{"value": "SHOES"}],
        "color": [
            {"language_tag": "nl_NL", "value": "Veelkleurig Vrouw Blauw"},
            {
                "language_tag": "en_GB",
                "value": "Multicolour Jeans Blue",
                "standardized_values": ["Blue"],
            },
        ],
        "brand": [{"language_tag": "nl_NL", "value": "find."}],
        "item_name": [{"language_tag": "en_GB", "value": "x" * 300}],
        "bullet_point": [{"language_tag": "nl_NL", "value": "Schoen in Loafer-stijl"}],
        "node": [{"node_id": 17, "node_name": "/Categorieën/Schoenen"}],
    },
    {"item_id": "B000", "product_type": [{"value": "CHAIR"}]},
    {"item_id": "B001", "main_image_id": "unknown", "other_image_id": ["gone", "81iZlv3bjpL"]},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the data set, in small."""
    with gzip.open(tmp_path / "images.csv.gz", "wt", encoding="utf-8") as file:
        file.write(IMAGES)
    for name, listed in (("listings_0.json.gz", LISTINGS), ("listings_1.json.gz", LISTINGS[:1])):
        with gzip.open(tmp_path / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(item) + "\n" for item in listed)
    return tmp_path


def test_should_write_a_catalogue_that_imports_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(folder / f"listings_{number}.json.gz") for number in range(2)]
    monkeypatch.setattr(sys, "argv", ["abo", str(folder / "images.csv.gz"), *files])
    abo.main()

    rows = list(CatalogueReader(io.BytesIO(capsys.readouterr().out.encode())))

    shoe, chair, table, again = rows
    assert isinstance(shoe, CatalogueRow)
    assert (shoe.entity_id, shoe.image_url) == ("B06X9STHNG", "8c/8ccb5859.jpg")
    assert shoe.further_image_urls == ("aa/aa8b1d1c.jpg",)
    assert isinstance(table, CatalogueRow)
    assert table.image_urls == ("8c/8ccb5859.jpg",), "what is not in the table is left out"
    assert shoe.attributes == {
        "category": "SHOES",
        "colour": "Blue",
        "brand": "find.",
        "name": "x" * 200,
    }
    assert isinstance(chair, FailedRow)
    assert chair.code == "no_picture"
    assert isinstance(again, FailedRow)
    assert "same entity_id" in again.detail


def test_should_read_tables_that_are_not_compressed(tmp_path: Path) -> None:
    path = tmp_path / "images.csv"
    path.write_text(IMAGES, "utf-8")
    assert abo.read_paths(path)["01dvb1KBa8L"] == "aa/aa8b1d1c.jpg"
