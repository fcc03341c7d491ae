"""Regions of a picture are checked where the whole picture matches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pytest

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import REFERENCE_SIZE, Calibration
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_fingerprint_id, a_product
from tests.unit.matching.builders import LEFT, RIGHT, a_page
from tests.unit.matching.fakes import (
    EVERYTHING,
    NumberedFingerprinter,
    ToldVerifier,
    entities,
    numbered,
    stock,
)

FRAME = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


OTHER = 2
"""The second picture of a comparison: it shows whatever it is compared with."""


class PlacingVerifier(ToldVerifier):
    """Says how likely each query shows its own picture, and that all of it shows all of that."""

    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        asked = query.fingerprint.fingerprint_id
        for told in super().verify(picture, query, candidates, catalogue_size):
            shown = told.fingerprint_id in {asked, a_fingerprint_id(OTHER)}
            yield self._placed(told.fingerprint_id, asked if shown else "")

    def _placed(self, fingerprint_id: str, asked: str) -> Finding:
        probability = self._probabilities.get(asked, 0.005)
        verdict = Verdict.DUPLICATE if probability >= 0.5 else Verdict.SIMILAR
        evidence = Evidence(
            2, 30, area_of_query=1.0, outline_of_query=FRAME, outline_of_match=FRAME
        )
        return Finding(fingerprint_id, probability, verdict, evidence)


@pytest.fixture
def stocked(storage: MemoryStorage) -> MemoryStorage:
    """The two pictures of the page, and the page itself as it is known to somebody."""
    stock(storage, *(a_product(n, entity_id=f"e{n}") for n in (1, LEFT, RIGHT)))
    return storage


def checked(
    storage: MemoryStorage,
    verifier: ToldVerifier,
    options: CheckOptions = EVERYTHING,
    page: PreparedPicture | None = None,
) -> CheckResult:
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    return matcher.check(page or a_page().picture, options)


def test_should_find_a_region_of_the_picture(stocked: MemoryStorage) -> None:
    result = checked(stocked, PlacingVerifier({RIGHT: 0.97}), CheckOptions())
    assert entities(result) == [f"e{RIGHT}"]
    assert result.is_duplicate


def test_should_tell_where_the_region_lies_in_the_whole(stocked: MemoryStorage) -> None:
    page = a_page()
    [match] = checked(stocked, PlacingVerifier({RIGHT: 0.97}), CheckOptions()).matches
    left, top, right, bottom = page.fractions(page.boxes[RIGHT])
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    assert match.verdict is Verdict.EDITED_COPY
    assert match.evidence.area_of_query == pytest.approx((right - left) * (bottom - top))
    found = match.evidence.outline_of_query or ()
    assert [side for corner in found for side in corner] == pytest.approx(
        [side for corner in corners for side in corner]
    )
    assert match.evidence.outline_of_match == FRAME


def test_should_not_check_regions_of_a_picture_that_matches_as_a_whole(
    stocked: MemoryStorage,
) -> None:
    verifier = PlacingVerifier({1: 0.5, RIGHT: 0.4})
    result = checked(stocked, verifier)
    assert len(verifier.sizes) == 1
    assert result.matches[0].verdict is Verdict.DUPLICATE


def test_should_count_every_region_as_one_more_chance_to_be_wrong(stocked: MemoryStorage) -> None:
    verifier = PlacingVerifier({})
    checked(stocked, verifier)
    assert verifier.sizes == [3, 3 * REFERENCE_SIZE, 3 * REFERENCE_SIZE]
    calibration = Calibration.shipped()
    whole, region = (calibration.probability(1.0, size) for size in verifier.sizes[:2])
    assert region < whole


def test_should_list_every_product_once_by_its_best_finding(stocked: MemoryStorage) -> None:
    result = checked(stocked, PlacingVerifier({LEFT: 0.6, RIGHT: 0.97}))
    assert [(m.product.entity_id, m.match_percentage) for m in result.matches] == [
        (f"e{RIGHT}", 97.0),
        (f"e{LEFT}", 60.0),
        ("e1", 0.5),
    ]


def test_should_not_list_pictures_that_only_look_like_a_region(stocked: MemoryStorage) -> None:
    """The findings of the whole stay where no region matches either."""
    result = checked(stocked, PlacingVerifier({LEFT: 0.3}))
    assert {match.evidence.area_of_query for match in result.matches} == {1.0}
    assert {match.verdict for match in result.matches} == {Verdict.SIMILAR}


def test_should_not_match_regions_with_products_that_the_caller_excludes(
    stocked: MemoryStorage,
) -> None:
    options = CheckOptions(exclude_entity_ids=frozenset({f"e{RIGHT}"}))
    verifier = PlacingVerifier({RIGHT: 0.97})
    assert checked(stocked, verifier, options).matches == ()
    assert a_fingerprint_id(RIGHT) not in verifier.candidates


def test_should_skip_featureless_regions(stocked: MemoryStorage) -> None:
    fingerprinter = NumberedFingerprinter()
    fingerprinter.qualities[LEFT] = 10
    verifier = PlacingVerifier({RIGHT: 0.97})
    CatalogueMatcher(stocked, fingerprinter, verifier).check(a_page().picture, CheckOptions())
    assert verifier.sizes == [3, 2 * REFERENCE_SIZE]


@pytest.mark.parametrize(
    ("probabilities", "shown"),
    [({1: 0.6, LEFT: 0.8}, None), ({1: 0.005, LEFT: 0.8, RIGHT: 0.7}, LEFT), ({1: 0.005}, None)],
)
def test_should_compare_regions_of_the_first_picture_where_the_whole_is_no_copy(
    probabilities: Mapping[int, float], shown: int | None, storage: MemoryStorage
) -> None:
    page = a_page()
    other = PreparedPicture(page.picture.whole, page.picture.trim_box, OTHER, 533)
    verifier = PlacingVerifier(probabilities)
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    finding = matcher.compare(page.picture, other)
    box = page.boxes[shown] if shown else (0, 0, *page.picture.whole.size)
    left, top, right, bottom = page.fractions(box)
    assert finding.fingerprint_id == a_fingerprint_id(OTHER)
    assert finding.probability == probabilities[shown or 1]
    assert finding.evidence.area_of_query == pytest.approx((right - left) * (bottom - top))
    whole = [REFERENCE_SIZE] * (1 if probabilities[1] >= 0.5 else 2)
    assert sorted(verifier.sizes)[: len(whole)] == whole
    assert set(verifier.sizes[len(whole) :]) <= {3 * REFERENCE_SIZE}


def test_should_compare_regions_of_the_second_picture_too(storage: MemoryStorage) -> None:
    page = a_page()
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), PlacingVerifier({RIGHT: 0.8}))
    finding = matcher.compare(numbered(OTHER), page.picture)
    left, top, right, bottom = page.fractions(page.boxes[RIGHT])
    assert finding.fingerprint_id == a_fingerprint_id(1)
    assert finding.probability == 0.8
    assert finding.evidence.area_of_match == pytest.approx((right - left) * (bottom - top))
    assert finding.evidence.outline_of_query == FRAME
    assert (finding.evidence.outline_of_match or ())[0] == pytest.approx((left, top))
