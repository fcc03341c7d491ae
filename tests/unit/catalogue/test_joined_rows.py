"""Rows of one product that follow each other are its pictures."""

from __future__ import annotations

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.storage.import_runs import FailedRow
from tests.unit.catalogue.test_rows import A_ROW, read, read_rows


def test_should_join_the_rows_of_a_product_that_follow_each_other() -> None:
    """Some have no picture, some the same one again, some further attributes."""
    text = "1,S,NULL,\n1,S,a.jpg,red\n1,,a.jpg,red\n1,S,b.jpg,\n2,S,a.jpg,\n"
    assert read_rows(text) == [
        CatalogueRow(2, "1", "S", "a.jpg", {"colour": "red"}, ("b.jpg",)),
        CatalogueRow(6, "2", "S", "a.jpg"),
    ]


SHOPIFY = """Handle,Title,Vendor,Option1 Value,Variant SKU,Image Src,Image Position,Image Alt Text
shirt,Shirt,Ada,S,s-1,https://a/1.jpg,1,front
shirt,,,M,s-2,https://a/2.jpg,2,back
shirt,,,L,s-3,,,
shirt,,,,,https://a/3.jpg,3,
dress,Dress,Ada,,d-1,https://a/4.jpg,1,
"""


def test_should_join_variants_and_further_pictures_of_shopify() -> None:
    shirt, dress = read(SHOPIFY)
    assert isinstance(shirt, CatalogueRow)
    assert (shirt.number, shirt.sku, shirt.image_urls) == (
        2,
        "s-1",
        ("https://a/1.jpg", "https://a/2.jpg", "https://a/3.jpg"),
    )
    assert shirt.attributes["Option1 Value"] == "S"
    assert isinstance(dress, CatalogueRow)
    assert (dress.number, dress.entity_id) == (6, "dress")


@pytest.mark.parametrize(
    "second",
    ["1,T,b.jpg,red", "1,S,b.jpg,blue"],
)
def test_should_refuse_a_row_that_says_otherwise_of_the_same_product(second: str) -> None:
    first, refused = read_rows(f"1,S,a.jpg,red\n{second}\n")
    assert first == A_ROW
    assert isinstance(refused, FailedRow)
    assert (refused.row, refused.code) == (3, "row_refused")
    assert "same entity_id" in refused.detail


def test_should_refuse_a_row_of_a_product_behind_those_of_another() -> None:
    outcomes = read_rows("1,S,a.jpg,red\n2,S,a.jpg,red\n1,S,b.jpg,red\n")
    assert [type(outcome) for outcome in outcomes] == [CatalogueRow, CatalogueRow, FailedRow]


def test_should_not_join_rows_across_one_that_cannot_be_read() -> None:
    outcomes = read_rows("1,S,a.jpg,red\n1,S,b.jpg,red,more\n1,S,c.jpg,red\n")
    assert [type(outcome) for outcome in outcomes] == [CatalogueRow, FailedRow, FailedRow]
    assert outcomes[0] == A_ROW


def test_should_count_pictures_beyond_those_that_a_product_may_have() -> None:
    images = ",".join(f"https://a/{number}.jpg" for number in range(23))
    [row] = read(f'id,images\n1,"{images}"\n1,https://a/30.jpg\n')
    assert isinstance(row, CatalogueRow)
    assert (len(row.image_urls), row.image_urls[-1], row.left_out) == (20, "https://a/19.jpg", 4)
