from __future__ import annotations

import io

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.rows import CatalogueReader
from lookalike.storage.import_runs import FailedRow

STYLES = b"""\
id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName
15970,Men,Apparel,Topwear,Shirts,Navy Blue,Fall,2011,Casual,Turtle Check Men Navy Blue Shirt
39386,Men,Apparel,Bottomwear,Jeans,Blue,Summer,2012,Casual,Peter England Men Party Blue Jeans
6394,Men,Apparel,Topwear,Shirts,Yellow,Summer,2011,Casual,A Shirt, with a comma of its own
,Men,Apparel,Topwear,Shirts,Red,Summer,2011,Casual,No id
"""


def test_should_know_where_the_pictures_of_fashion_product_images_are() -> None:
    reader = CatalogueReader(io.BytesIO(STYLES))
    first, second, *refused = reader
    assert reader.kind == "CSV with commas, UTF-8, Fashion Product Images"
    assert isinstance(first, CatalogueRow)
    assert isinstance(second, CatalogueRow)
    assert (first.entity_id, first.image_url) == ("15970", "images/15970.jpg")
    assert second.image_url == "images/39386.jpg"
    assert first.attributes["articleType"] == "Shirts"
    assert first.attributes["baseColour"] == "Navy Blue"
    assert [isinstance(row, FailedRow) and row.row for row in refused] == [4, 5]


def test_should_leave_feeds_alone_that_name_their_pictures() -> None:
    named = STYLES.replace(b"productDisplayName", b"image_url").replace(b"Jeans\n", b"a.jpg\n")
    rows = [row for row in CatalogueReader(io.BytesIO(named)) if isinstance(row, CatalogueRow)]
    assert [row.image_url for row in rows] == [
        "Turtle Check Men Navy Blue Shirt",
        "Peter England Men Party Blue a.jpg",
    ]
