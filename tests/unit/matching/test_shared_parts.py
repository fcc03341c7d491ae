"""A small part of a stored picture may be shared by siblings, and has to be surely a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pytest
from PIL import ImageOps
from typing_extensions import override

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.finding import Evidence, Finding
from lookalike.matching.ranking import SURE
from lookalike.matching.second_attempts import LARGE_PART
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_product
from tests.unit.matching.builders import LEFT, a_page
from tests.unit.matching.fakes import NumberedFingerprinter, entities, stock
from tests.unit.matching.test_catalogue_matcher_regions import PlacingVerifier
from tests.unit.matching.test_geometric_verifier import Desk, ToldClassifier, cropped, encoded

PAGE = a_page()


class FindingVerifier(PlacingVerifier):
    """Says in addition how much of the stored picture is shown."""

    def __init__(self, probability: float, area: float | None) -> None:
        super().__init__({LEFT: probability})
        self._evidence = Evidence(2, 30, area_of_match=area)

    @override
    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        for told in super().verify(picture, query, candidates, catalogue_size):
            yield replace(told, evidence=self._evidence)


@pytest.mark.parametrize(
    ("probability", "area", "is_copy"),
    [
        (SURE - 0.01, LARGE_PART - 0.01, False),
        (SURE - 0.01, LARGE_PART, True),
        (SURE, LARGE_PART - 0.01, True),
        (SURE, 0.01, True),
        (SURE - 0.01, None, True),
    ],
)
def test_should_match_by_a_small_part_only_where_it_is_surely_one_photograph(
    probability: float, area: float | None, *, is_copy: bool, storage: MemoryStorage
) -> None:
    stock(storage, a_product(LEFT, entity_id="left"))
    verifier = FindingVerifier(probability, area)
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    found = entities(matcher.check(PAGE.picture, CheckOptions()))
    assert found == ["left"] * is_copy


def test_should_tell_how_much_of_a_stored_picture_within_its_border_is_shown(
    network: Network, prepared_samples: Mapping[str, PreparedPicture]
) -> None:
    """On a border as wide as itself, a picture is a ninth of its frame."""
    original = next(each for each in prepared_samples.values() if not each.has_border)
    framed = encoded(ImageOps.expand(original.whole, original.whole.size, "white"))
    query = encoded(cropped(original.whole))
    desk = Desk(PictureFingerprinter(network), original)
    found = desk.asked(query, ToldClassifier(4.0), stored=framed)
    assert found.evidence.area_of_match == pytest.approx(0.64 / 9, abs=0.01)
    assert found.shown_part == pytest.approx(0.64, abs=0.05)
    assert found.swapped("other").shown_part is None
    mirrored = desk.asked(
        encoded(ImageOps.mirror(cropped(original.whole))), ToldClassifier(4.0), stored=framed
    )
    assert mirrored.shown_part == pytest.approx(0.64, abs=0.05)
    assert desk.asked(framed, ToldClassifier(-4.0), stored=framed).shown_part == 1
    assert desk.asked(query, ToldClassifier(-4.0), stored=framed).shown_part is None
