"""Arguments of other types and out of range, as programs without a type checker pass them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike import (
    Catalogue,
    Effort,
    Fingerprint,
    ImageError,
    NewProduct,
    compare,
    fingerprint_of,
)
from lookalike.errors import BadParameterError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.python_api.adding import BATCH

PHOTO = min((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))
NO_PICTURES: tuple[Any, ...] = (None, 5, object(), np.zeros((64, 64, 3), np.uint8))


@cache
def known() -> Fingerprint:
    """The fingerprint of the photograph."""
    return fingerprint_of(PHOTO)


@pytest.mark.parametrize("picture", NO_PICTURES)
def test_should_say_what_is_accepted_as_a_picture(picture: Any) -> None:  # noqa: ANN401
    catalogue = Catalogue()
    accepted = f"path.*bytes.*Pillow image.*not of the type {type(picture).__name__}"
    with pytest.raises(BadParameterError, match=accepted):
        catalogue.add("a", picture)
    with pytest.raises(BadParameterError, match=accepted):
        catalogue.check(picture)
    with pytest.raises(BadParameterError, match=accepted):
        compare(PHOTO, picture)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("ftp://shop.example/a.jpg", "begins with http:// or https://"),
        ("file:///a.jpg", "give a path"),
        ("www.shop.example/a.jpg", "write https:// before it"),
    ],
)
def test_should_say_how_to_name_a_picture_that_is_neither_file_nor_web_address(
    name: str, advice: str
) -> None:
    with pytest.raises(ImageError, match=advice) as caught:
        fingerprint_of(name)
    assert caught.value.detail.startswith(name)


def test_should_expand_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "shirt.jpg").write_bytes(PHOTO.read_bytes())
    assert fingerprint_of("~/shirt.jpg") == fingerprint_of(Path("~/shirt.jpg")) == known()
    Catalogue("~/shop").close()
    assert (tmp_path / "shop").is_dir()


@pytest.mark.parametrize("folder", ["http://127.0.0.1:8080", "ftp://shop", 5])
def test_should_refuse_a_folder_that_is_no_path(folder: Any) -> None:  # noqa: ANN401 - any
    with pytest.raises(BadParameterError, match="folder must be the path"):
        Catalogue(folder)


def test_should_name_the_file_that_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "notes.jpg"
    path.write_text("These are notes.")
    with pytest.raises(ImageError, match=r"notes\.jpg: The bytes are not a picture"):
        fingerprint_of(path)


def test_should_say_which_of_two_compared_pictures_is_refused() -> None:
    with pytest.raises(ImageError, match=r"^a: The picture has no bytes"):
        compare(b"", PHOTO)
    with pytest.raises(ImageError, match=r"^b: gone\.jpg cannot be read"):
        compare(PHOTO, "gone.jpg")
    with pytest.raises(BadParameterError, match=r"^b: A picture is a path"):
        compare(PHOTO, NO_PICTURES[0])
    white = Image.new("RGB", (300, 300), "white")
    with pytest.raises(ImageError, match=r"^b: The picture shows too little"):
        compare(PHOTO, white)


def test_should_refuse_an_open_file_as_a_picture() -> None:
    file: Any
    with PHOTO.open("rb") as file, pytest.raises(BadParameterError, match="BufferedReader"):
        fingerprint_of(file)


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"entity_id": 5}, "entity_id must be of the type str, not int"),
        ({"sku": None}, "sku must be of the type str, not NoneType"),
        ({"image_url": 5}, "image_url must be of the type str"),
        ({"attributes": {"size": 1}}, "attribute 'size' must be of the type str, not int"),
        ({"attributes": {1: "size"}}, "attribute's name must be of the type str"),
        ({"attributes": ["size"]}, "attributes must be of the type Mapping, not list"),
    ],
)
def test_should_refuse_a_product_with_a_value_of_another_type(
    changes: dict[str, Any], flaw: str
) -> None:
    catalogue = Catalogue()
    with pytest.raises(BadParameterError, match=flaw):
        catalogue.add(**{"entity_id": "a", "picture": known(), **changes})
    product = NewProduct(**{"entity_id": "a", "picture": known(), **changes})
    report = catalogue.add_many([NewProduct("b", known()), product, NewProduct("c", known())])
    assert (report.added, [refusal.code for refusal in report.refused]) == (2, ["bad_parameter"])
    assert report.refused[0].entity_id == str(product.entity_id)
    assert [product.entity_id for product in catalogue] == ["b", "c"]


def test_should_refuse_among_many_what_is_no_product() -> None:
    catalogue = Catalogue()
    products: Any = [("a", known()), NewProduct("b", known()), NewProduct("c", NO_PICTURES[0])]
    report = catalogue.add_many(products)
    refused = [(refusal.entity_id, refusal.code) for refusal in report.refused]
    assert (report.added, refused) == (1, [("", "bad_parameter"), ("c", "bad_parameter")])
    first, second = map(str, report.refused)
    assert first == ("Product at position 0: A product must be of the type NewProduct, not tuple.")
    assert second.startswith("Product at position 2 (c): A picture is a path")


def test_should_count_positions_over_all_batches() -> None:
    products = [NewProduct(str(number), known()) for number in range(2 * BATCH)]
    report = Catalogue().add_many([*products, NewProduct("", known())])
    assert [refusal.position for refusal in report.refused] == [2 * BATCH]


@pytest.mark.parametrize("products", [5, "shirt.jpg", b"shirt", Path("shirt.jpg")])
def test_should_refuse_products_that_are_no_list(products: Any) -> None:  # noqa: ANN401 - any
    with pytest.raises(BadParameterError, match="products must be an iterable of NewProduct"):
        Catalogue().add_many(products)


@pytest.mark.parametrize(
    "options",
    [
        {"top": 0},
        {"top": -1},
        {"top": 1.5},
        {"top": "1"},
        {"top": True},
        {"min_match": 200},
        {"min_match": -0.1},
        {"min_match": float("nan")},
        {"min_match": "50"},
        {"effort": "slow"},
        {"effort": 1},
        {"effort": None},
        {"exclude_entity_ids": "abc"},
        {"exclude_entity_ids": [5]},
        {"exclude_entity_ids": [[]]},
        {"exclude_entity_ids": 5},
        {"exclude_skus": "abc"},
        {"attributes": {"seller": 1}},
        {"attributes": {"seller": []}},
        {"attributes": "seller"},
    ],
)
def test_should_refuse_an_option_of_another_type_or_out_of_range(options: dict[str, Any]) -> None:
    catalogue = Catalogue()
    catalogue.add("abc", known())
    [name] = options
    with pytest.raises(BadParameterError, match=name if name != "attributes" else "attribute"):
        catalogue.check(PHOTO, **options)


def test_should_take_numbers_of_numpy_as_options() -> None:
    catalogue = Catalogue()
    catalogue.add("a", known())
    options: dict[str, Any] = {"top": np.int64(2), "min_match": np.float32(50)}
    assert len(catalogue.check(PHOTO, **options).matches) == 1


@pytest.mark.parametrize("effort", ["fast", "normal", "thorough", Effort.FAST])
def test_should_take_an_effort_as_a_text_or_as_a_member(effort: str) -> None:
    catalogue = Catalogue()
    catalogue.add("a", known())
    assert catalogue.check(PHOTO, effort=effort).is_duplicate
    assert compare(PHOTO, PHOTO, effort=effort).match_percentage == 100


def test_should_refuse_to_compare_with_an_unknown_effort() -> None:
    with pytest.raises(BadParameterError, match="effort must be fast, normal or thorough"):
        compare(PHOTO, PHOTO, effort="slow")


def test_should_refuse_an_id_of_another_type() -> None:
    catalogue = Catalogue()
    number: Any = 5
    for ask in (catalogue.get, catalogue.remove, catalogue.fingerprint):
        with pytest.raises(BadParameterError, match="entity_id must be of the type str"):
            ask(number)
    assert number not in catalogue


def test_should_name_both_versions_of_a_fingerprint_that_is_never_found() -> None:
    catalogue = Catalogue()
    with pytest.raises(BadParameterError) as caught:
        catalogue.add("a", replace(known(), version="1-abc"))
    assert "1-abc" in caught.value.detail
    assert ALGORITHM_VERSION in caught.value.detail
    assert len(catalogue) == 0


def test_should_refuse_an_invalid_fingerprint_in_place_of_a_picture() -> None:
    with pytest.raises(BadParameterError, match="phash is missing"):
        Catalogue().add("a", replace(known(), hashes={}))
