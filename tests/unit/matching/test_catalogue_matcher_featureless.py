"""Pictures that show too little are found by the identical picture, or by what a border holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageDraw, ImageFont

from lookalike.decisions import Decision, DecisionKind, Side
from lookalike.errors import ImageFeaturelessError
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import MAX_PROBABILITY, REFERENCE_SIZE, Calibration
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.effort import Effort
from lookalike.matching.featureless_query import within_border
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.geometric_verifier import GeometricVerifier
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
from lookalike.verification.classifier import Classifier
from tests.builders import (
    VERSION,
    a_decided_picture,
    a_fingerprint_id,
    a_picture,
    a_product,
)
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


OTHER = 3
"""The number of a picture that shows enough."""


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


@pytest.mark.usefixtures("matcher")
@pytest.mark.parametrize("probability", [0.005, 0.5, 0.99])
@pytest.mark.parametrize("effort", Effort)
def test_should_refuse_a_query_without_a_sure_copy_of_what_its_border_surrounds(
    probability: float,
    effort: Effort,
    storage: MemoryStorage,
    fingerprinter: NumberedFingerprinter,
) -> None:
    """Without its border, a lone word is as likely a copy of another one."""
    matcher = CatalogueMatcher(storage, fingerprinter, ToldVerifier({PART: probability}))
    refused = pytest.raises(ImageFeaturelessError, match=r"most of it is border.*no sure copy of")
    with refused:
        matcher.check(framed_card(), CheckOptions(effort=effort))
    with refused as error:
        matcher.compare(framed_card(), numbered(PART), effort)
    assert error.value.detail.startswith("a: ")
    with refused as error:
        matcher.compare(numbered(PART), framed_card(), effort)
    assert error.value.detail.startswith("b: ")


@pytest.mark.usefixtures("matcher")
def test_should_take_a_sure_copy_of_what_a_border_surrounds_in_checks_and_comparisons(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    verifier = ToldVerifier({PART: 0.998, CARD: 0.998})
    matcher = CatalogueMatcher(storage, fingerprinter, verifier)
    [match] = matcher.check(framed_card(), CheckOptions()).matches
    assert (match.probability, match.verdict) == (0.998, Verdict.EDITED_COPY)


def test_should_take_no_copy_that_shows_less_than_half_of_what_a_border_surrounds(
    fingerprinter: NumberedFingerprinter,
) -> None:
    """Two words may have a letter in common."""
    fingerprinter.qualities[CARD] = 10
    card = framed_card()
    part = within_border(card, fingerprinter.fingerprint(card), fingerprinter)
    letter, word, unplaced = (
        Finding(
            a_fingerprint_id(OTHER),
            0.998,
            Verdict.EDITED_COPY,
            Evidence(20, 100, area_of_query=shared),
        )
        for shared in (0.49, 0.5, None)
    )
    with pytest.raises(ImageFeaturelessError, match="no sure copy"):
        part.sure_copies([letter])
    assert len(part.sure_copies([letter, word, unplaced])) == 2


def test_should_compare_what_a_border_surrounds_in_either_order(
    storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    """The whole of the other picture is held against the part, whichever is named first."""
    fingerprinter.qualities[CARD] = 10
    verifier = ToldVerifier({OTHER: 0.998})
    matcher = CatalogueMatcher(storage, fingerprinter, verifier)
    there = matcher.compare(framed_card(), numbered(OTHER))
    back = matcher.compare(numbered(OTHER), framed_card())
    assert (there.probability, back.probability) == (0.998, 0.998)
    assert (there.verdict, back.verdict) == (Verdict.EDITED_COPY, Verdict.EDITED_COPY)
    assert there.fingerprint_id == a_fingerprint_id(OTHER)
    assert back.fingerprint_id == a_fingerprint_id(CARD)
    assert verifier.sizes == [2 * REFERENCE_SIZE] * 2


def test_should_compare_no_two_pictures_that_show_too_little(
    matcher: CatalogueMatcher, fingerprinter: NumberedFingerprinter
) -> None:
    fingerprinter.qualities[OTHER] = 10
    with pytest.raises(ImageFeaturelessError, match=r"^a: .*nearly one colour"):
        matcher.compare(framed_card(), numbered(OTHER))


def test_should_count_what_a_border_surrounds_as_one_more_chance_to_be_wrong(
    matcher: CatalogueMatcher, verifier: ToldVerifier
) -> None:
    matcher.check(framed_card(), CheckOptions())
    assert verifier.sizes == [2 * REFERENCE_SIZE]


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


@pytest.mark.parametrize("query", [numbered(CARD), framed_card()], ids=["plain", "framed"])
def test_should_answer_what_was_decided_about_a_featureless_query(
    query: PreparedPicture, storage: MemoryStorage, fingerprinter: NumberedFingerprinter
) -> None:
    """Even where its own product is excluded, and nothing else is found."""
    fingerprinter.qualities[CARD] = 10
    put_card(storage)
    storage.products.put_many([a_product(PART, entity_id="other")])
    storage.pictures.put_many([a_picture(PART)])
    sides = Side("card", (a_decided_picture(CARD),)), Side("other", (a_decided_picture(PART),))
    storage.decisions.put(Decision.about(sides, DecisionKind.DUPLICATE, 1.0))
    matcher = CatalogueMatcher(storage, fingerprinter, ToldVerifier({CARD: 1.0}))
    asked = CheckOptions(top=5, exclude_entity_ids=frozenset({"card"}))
    [match] = matcher.check(query, asked).matches
    assert match.product.entity_id == "other"
    assert (match.match_percentage, match.decision) == (100, DecisionKind.DUPLICATE)
    assert entities(matcher.check(query, CheckOptions(top=5))) == ["card", "other"]


def a_word(text: str, size: tuple[int, int], height: int) -> PreparedPicture:
    """A lone word, black on white."""
    image = Image.new("RGB", size, "white")
    centre = size[0] / 2, size[1] / 2
    font = ImageFont.load_default(height)
    ImageDraw.Draw(image).text(centre, text, "black", font, anchor="mm")
    return PreparedPicture(image, trim_box(image), *size)


def test_should_match_no_word_on_white_with_another_one(network: Network) -> None:
    """Stored words are cropped tightly, so that they are not featureless, as logos are."""
    fingerprinter = PictureFingerprinter(network)
    verifier = GeometricVerifier(network, Classifier.shipped(), Calibration.shipped())
    catalogue = MemoryStorage(fingerprinter.version)
    for number, text in enumerate(("CASA", "KIRA", "BELLA", "ENZO", "LUNA")):
        stored = Picture(fingerprinter.fingerprint(a_word(text, (600, 200), 160)), last_seen=0)
        assert not stored.fingerprint.is_featureless
        product = a_product(number, entity_id=text)
        catalogue.products.put_many([replace(product, fingerprint_id=stored.fingerprint_id)])
        catalogue.pictures.put_many([stored])
    matcher = CatalogueMatcher(catalogue, fingerprinter, verifier)
    for text in ("SALEX", "MIRAO", "FINOO", "IRISU"):
        with pytest.raises(ImageFeaturelessError):
            matcher.check(a_word(text, (800, 800), 90), CheckOptions())
    catalogue.close()
