"""Columns are known by the names that shops give them, or by what the user says."""

from __future__ import annotations

import pytest

from lookalike.catalogue.columns import Columns, Field, Texts
from lookalike.catalogue.feeds.feed import Value
from lookalike.catalogue.wanted_columns import ColumnsError, parsed_columns, wanted_columns
from lookalike.errors import BadParameterError

SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Value,Variant SKU,Variant Price,Image Src,"
    "Image Position,Variant Image,Status"
)
NEW_SHOPIFY = "Title,URL handle,Description,Vendor,SKU,Price,Product image URL,Variant image URL"
WOO_COMMERCE = "ID,Type,SKU,Name,Published,Short description,Description,Categories,Images,Position"
MAGENTO = "sku,attribute_set_code,name,description,price,base_image,small_image,additional_images"
GOOGLE = "id,title,description,link,image_link,additional_image_link,price,item_group_id,color"
FACEBOOK = "g:id,g:title,g:image_link,additional_image_link"
OWN = "entity_id,sku,small_image"


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (SHOPIFY, ("Handle", "Variant SKU", "Image Src")),
        (NEW_SHOPIFY, ("URL handle", "SKU", "Product image URL")),
        (WOO_COMMERCE, ("ID", "SKU", "Images")),
        (MAGENTO, ("sku", "sku", "base_image")),
        (GOOGLE, ("id", None, "image_link")),
        (FACEBOOK, ("g:id", None, "g:image_link")),
        (OWN, ("entity_id", "sku", "small_image")),
        ("Entity-ID,SKU,ImageURL", ("Entity-ID", "SKU", "ImageURL")),
        ("small_image,image_url,id,entity_id", ("entity_id", None, "image_url")),
        ("id,image_link,Image Link", ("id", None, "image_link")),
    ],
)
def test_should_know_the_columns_of_shops(names: str, fields: tuple[str | None, ...]) -> None:
    known = Columns(names.split(",")).fields
    assert tuple(known.get(field) for field in Field) == fields


def test_should_know_columns_of_further_pictures_and_of_long_texts() -> None:
    columns = Columns([*GOOGLE.split(","), "other_image_url2", "Image 3", "image4", ""])
    assert columns.attributes == ["title", "link", "price", "item_group_id", "color"]
    assert columns.left_out == ["description"]
    assert columns.further_pictures == [
        "additional_image_link",
        "other_image_url2",
        "Image 3",
        "image4",
    ]


def _pictures(name: str, cell: Value, **more: Value) -> list[str]:
    values = {"id": "1", name: cell, **more}
    texts = Columns(list(values)).texts(values)
    assert texts.attributes == {}
    return [texts.image_url, *texts.further_image_urls]


@pytest.mark.parametrize(
    ("cell", "pictures"),
    [
        ("https://a/1.jpg, https://a/2.jpg", ["https://a/1.jpg", "https://a/2.jpg"]),
        ("https://a/1 https://a/2|https://a/1", ["https://a/1", "https://a/2"]),
        ("https://a/w=1,h=2/1.jpg", ["https://a/w=1,h=2/1.jpg"]),
        ("/a/1.jpg;/a/2.jpg", ["/a/1.jpg", "/a/2.jpg"]),
        (" a, b.jpg ", ["a, b.jpg"]),
        ("a.jpg, b.webp|c.png", ["a.jpg", "b.webp", "c.png"]),
        ("", [""]),
        (["a.jpg ", "b.jpg", "null"], ["a.jpg", "b.jpg"]),
        ([], [""]),
    ],
)
def test_should_read_lists_of_pictures(cell: Value, pictures: list[str]) -> None:
    assert _pictures("Images", cell) == pictures
    assert _pictures("image", "", additional_image_link=cell) == pictures
    assert _pictures("image", "0.jpg", images=cell) == ["0.jpg", *filter(None, pictures)]


@pytest.mark.parametrize(
    ("cell", "pictures"),
    [
        ("https://a/resize?of=, https://b/1.jpg", ["https://a/resize?of=, https://b/1.jpg"]),
        ("https://a/1.jpg,https://b/2.jpg", ["https://a/1.jpg", "https://b/2.jpg"]),
        ("a.jpg, b.jpg", ["a.jpg, b.jpg"]),
        (["a.jpg", "b.jpg"], ["a.jpg", "b.jpg"]),
    ],
)
def test_should_leave_one_address_whole_where_lists_are_not_usual(
    cell: Value, pictures: list[str]
) -> None:
    assert _pictures("image_link", cell) == pictures


def test_should_read_columns_that_have_a_picture_each() -> None:
    """With numbers alone, the first is the main one; the same picture counts once."""
    assert _pictures("image", "a.jpg", image_2="b.jpg", image_3="", image_4="a.jpg") == [
        "a.jpg",
        "b.jpg",
    ]
    assert _pictures("Image 1", "a.jpg", **{"Image 2": "b.jpg"}) == ["a.jpg", "b.jpg"]


def test_should_read_a_further_picture_as_what_is_wanted() -> None:
    values: dict[str, Value] = {"id": "1", "image": "a.jpg", "images": "b.jpg", "image2": "c.jpg"}
    columns = Columns(list(values), parsed_columns(["back=image2", "images="]))
    texts = columns.texts(values)
    assert (texts.further_image_urls, texts.attributes) == ((), {"back": "c.jpg"})
    assert columns.left_out == ["images"]


def test_should_follow_what_is_wanted() -> None:
    wanted = parsed_columns(["entity_id=variant sku, colour=Option1 Value", "Vendor=", "sku="])
    columns = Columns(SHOPIFY.split(","), wanted)
    assert columns.fields == {"entity_id": "Variant SKU", "image_url": "Image Src"}
    values = {name: name.lower() for name in SHOPIFY.split(",")}
    entity_id, sku, _, attributes, *_ = columns.texts(values)
    assert (entity_id, sku) == ("variant sku", "")
    assert attributes["colour"] == "option1 value"
    assert {"Option1 Value", "Vendor", "Variant SKU"}.isdisjoint(attributes)
    assert columns.left_out == ["Body (HTML)", "Vendor"]


def test_should_leave_out_all_that_is_not_named() -> None:
    wanted = parsed_columns(["*=", "description=Body (HTML)"])
    columns = Columns(SHOPIFY.split(","), wanted)
    assert columns.attributes == ["Body (HTML)"]
    values = {"Handle": "h", "Body (HTML)": "b", "Image Src": "i", "met later": "x"}
    assert columns.texts(values) == Texts("h", "", "i", {"description": "b"})


def test_columns_that_are_met_later_should_be_attributes() -> None:
    values: dict[str, Value] = {"id": "1", "image": "a.jpg", "size": ["S", "M"], "summary": "long"}
    assert Columns(["id", "image"]).texts(values) == Texts("1", "", "a.jpg", {"size": "S, M"})


@pytest.mark.parametrize(
    ("names", "wanted", "reason"),
    [
        ("id,image", {"sku": "artikel"}, "no column 'artikel'. The catalogue has the columns: id"),
        ("id,image", {"size": "gr"}, "no column 'gr'"),
        ("id,image", {"vendor": ""}, "no column 'vendor'"),
        ("id,image", {"entity_id": ""}, "known to have the entity_id"),
        ("id,bild", {}, "which it is: image_url=COLUMN"),
        ("nummer,image", {}, "which it is: entity_id=COLUMN"),
    ],
)
def test_should_refuse_what_is_not_there(names: str, wanted: dict[str, str], reason: str) -> None:
    with pytest.raises(ColumnsError) as refused:
        Columns(names.split(","), wanted)
    assert reason in refused.value.detail
    assert refused.value.columns == names.split(",")


@pytest.mark.parametrize("option", ["entity_id", "=Handle", "a=b,a=c", "*=b", ""])
def test_should_refuse_what_is_no_assignment(option: str) -> None:
    with pytest.raises(BadParameterError, match=r"write NAME=COLUMN|'a' is named twice|'\*='"):
        parsed_columns([option])


def test_should_take_columns_with_commas_where_they_are_given_one_by_one() -> None:
    wanted = wanted_columns(["image_url=Bild, groß", "sku="])
    assert wanted == {"image_url": "Bild, groß", "sku": ""}
