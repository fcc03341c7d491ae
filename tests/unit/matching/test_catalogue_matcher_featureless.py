"""Pictures that show too little are found by the identical picture, or by what a border holds."""

from __future__ import annotations

import pytest
from PIL import Image

from lookalike.errors import ImageFeaturelessError
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import MAX_PROBABILITY
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.finding import Verdict
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import VERSION, a_fingerprint_id, a_picture, a_product
from tests.unit.matching.fakes import (
    EVERYTHING,
    NumberedFingerprinter,
    ToldVerifier,
    entities,
    numbered,
)

CARD = 1
"""The number of a featureless picture."""
PART = 2
"""The number of what is left of a featureless picture without its border: its width in pixels."""


@pytest.fixture
def verifier() -> ToldVerifier:
    return ToldVerifier({CARD: 1.0, PART: 1.0})


@pytest.fixture
def matcher(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter, verifier: ToldVerifier
) -> CatalogueMatcher:
    """A matcher on a catalogue of one picture that shows enough; the card is not in it."""
    fingerprinter.qualities[CARD] = 10
    storage.pictures.put_many([a_picture(PART)])
    storage.products.put_many([a_product(PART)])
    return CatalogueMatcher(storage, fingerprinter, verifier)


def framed_card() -> PreparedPicture:
    """The card, which is a part of a quarter of its side on a wide border."""
    return PreparedPicture(Image.new("RGB", (8, 8)), (4, 2, 6, 4), width=CARD, height=533)


def put_card(storage: MemoryStorage, version: str = VERSION) -> None:
    storage.products.put_many([a_product(CARD, entity_id="card", sku="card")])
    storage.pictures.put_many([a_picture(CARD, quality=10, version=version)])


def test_should_answer_a_featureless_query_with_the_identical_picture_alone(
    storage: MemoryStorage, matcher: CatalogueMatcher, verifier: ToldVerifier
) -> None:
    put_card(storage)
    found = matcher.check(numbered(CARD), EVERYTHING)
    assert entities(found) == ["card"]
    assert found.matches[0].match_percentage == 100
    assert verifier.candidates == [a_fingerprint_id(CARD)]


def test_should_find_it_without_the_index(
    storage: MemoryStorage, matcher: CatalogueMatcher
) -> None:
    put_card(storage)
    storage.vectors.remove([a_fingerprint_id(CARD)])
    assert entities(matcher.check(numbered(CARD), CheckOptions())) == ["card"]


def test_should_refuse_a_featureless_query_that_is_not_stored(matcher: CatalogueMatcher) -> None:
    with pytest.raises(ImageFeaturelessError):
        matcher.check(numbered(CARD), EVERYTHING)


def test_should_find_what_a_wide_border_surrounds(matcher: CatalogueMatcher) -> None:
    """A product at a quarter of the side shows too little of the frame, yet enough itself."""
    [match] = matcher.check(framed_card(), CheckOptions()).matches
    assert match.product.entity_id == a_product(PART).entity_id
    assert match.verdict is Verdict.EDITED_COPY
    assert match.probability == MAX_PROBABILITY


def test_should_prefer_the_identical_picture_to_what_its_border_surrounds(
    storage: MemoryStorage, matcher: CatalogueMatcher
) -> None:
    put_card(storage)
    assert entities(matcher.check(framed_card(), EVERYTHING)) == ["card"]


def test_should_refuse_a_query_without_a_copy_of_what_its_border_surrounds(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    storage.pictures.put_many([a_picture(PART)])
    storage.products.put_many([a_product(PART)])
    fingerprinter.qualities[CARD] = 10
    matcher = CatalogueMatcher(storage, fingerprinter, ToldVerifier({PART: 0.01}))
    with pytest.raises(ImageFeaturelessError, match=r"most of it is border.*no copy of it was"):
        matcher.check(framed_card(), EVERYTHING)


def test_should_refuse_a_query_whose_border_surrounds_too_little(
    matcher: CatalogueMatcher, fingerprinter: NumberedFingerprinter, verifier: ToldVerifier
) -> None:
    fingerprinter.qualities[PART] = 10
    with pytest.raises(ImageFeaturelessError, match=r"nearly one colour"):
        matcher.check(framed_card(), EVERYTHING)
    assert verifier.candidates == []


def test_should_refuse_a_featureless_query_that_only_excluded_products_show(
    storage: MemoryStorage, matcher: CatalogueMatcher
) -> None:
    put_card(storage)
    with pytest.raises(ImageFeaturelessError):
        matcher.check(numbered(CARD), CheckOptions(exclude_skus=frozenset({"card"})))


def test_should_refuse_a_featureless_query_that_was_stored_by_another_version(
    storage: MemoryStorage, matcher: CatalogueMatcher
) -> None:
    put_card(storage, version="another")
    with pytest.raises(ImageFeaturelessError):
        matcher.check(numbered(CARD), EVERYTHING)


def test_should_compare_two_identical_featureless_pictures(matcher: CatalogueMatcher) -> None:
    assert matcher.compare(numbered(CARD), numbered(CARD)).probability == 1.0
