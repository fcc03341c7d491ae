"""Products with several pictures in programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike import Catalogue, NewProduct, fingerprint_of
from lookalike.errors import BadParameterError, ImageNotFoundError

PHOTOS = sorted((Path(__file__).parents[3] / "sample" / "photos").glob("*.jpg"))[:3]


@pytest.fixture
def catalogue() -> Catalogue:
    """Two products, of which the first shows all three photographs."""
    catalogue = Catalogue()
    catalogue.add("several", PHOTOS[0], further_pictures=[PHOTOS[1].read_bytes(), str(PHOTOS[2])])
    catalogue.add("one", PHOTOS[2])
    return catalogue


def test_should_find_a_product_by_each_of_its_pictures(catalogue: Catalogue) -> None:
    for index, photo in enumerate(PHOTOS):
        match = catalogue.check(photo, top=9).matches[-1]
        assert (match.product.entity_id, match.image_index) == ("several", index)
        assert match.image_url == (None if index == 1 else str(photo))
        assert catalogue.fingerprint("several", index) == fingerprint_of(photo)
    assert len(catalogue.check(PHOTOS[2], top=9).matches) == 2


def test_should_not_find_a_product_as_its_own_duplicate(catalogue: Catalogue) -> None:
    [group] = catalogue.duplicates()
    assert sorted(member["entity_id"] for member in group["members"]) == ["one", "several"]
    catalogue.remove("one")
    assert catalogue.duplicates() == []


def test_should_release_pictures_with_their_product(catalogue: Catalogue) -> None:
    catalogue.remove("one")
    assert catalogue.sweep() == 0
    catalogue.add("several", PHOTOS[0])
    assert catalogue.sweep() == 2


def test_should_refuse_a_product_of_which_a_picture_cannot_be_read(catalogue: Catalogue) -> None:
    with pytest.raises(ImageNotFoundError, match=r"further_pictures\[1\]: no.jpg"):
        catalogue.add("new", PHOTOS[0], further_pictures=[PHOTOS[1], "no.jpg"])
    report = catalogue.add_many([NewProduct("new", PHOTOS[0], further_pictures=["no.jpg"])])
    assert [refusal.code for refusal in report.refused] == ["image_not_found"]
    assert catalogue.get("new") is None


@pytest.mark.parametrize(
    ("further", "reason"),
    [
        ("a.jpg", "must be a list of pictures, not str"),
        (b"bytes", "must be a list of pictures, not bytes"),
        (None, "must be a list of pictures, not NoneType"),
        ([1], "A picture is a path"),
        ([b"x"] * 20, "has at most 20, the main one included"),
    ],
)
def test_should_refuse_what_are_no_further_pictures(
    catalogue: Catalogue, further: object, reason: str
) -> None:
    with pytest.raises(BadParameterError, match=reason):
        catalogue.add("new", PHOTOS[0], further_pictures=further)  # type: ignore[arg-type]


@pytest.mark.parametrize("index", [-1, 3, "0"])
def test_should_refuse_an_index_that_no_picture_has(catalogue: Catalogue, index: int) -> None:
    with pytest.raises(BadParameterError, match="image_index"):
        catalogue.fingerprint("several", index)
