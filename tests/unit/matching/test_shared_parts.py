"""A small part of a stored picture may be shared by siblings, and has to be surely a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from typing_extensions import override

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.finding import Evidence, Finding
from lookalike.matching.ranking import LIKELY, SURE
from lookalike.matching.second_attempts import LARGE_PART, LEAST_OF_REGION
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_picture, a_product
from tests.unit.matching.builders import LEFT, a_page
from tests.unit.matching.fakes import NumberedFingerprinter, entities, stock
from tests.unit.matching.test_catalogue_matcher_regions import PlacingVerifier

PAGE = a_page()


class FindingVerifier(PlacingVerifier):
    """Says in addition how much of the stored picture is shown, or from where to where across."""

    def __init__(
        self,
        probability: float,
        area: float | None = None,
        shown: tuple[float, float] | None = None,
    ) -> None:
        super().__init__({LEFT: probability})
        left, right = shown or (0.0, 0.0)
        corners = ((left, 0.0), (right, 0.0), (right, 1.0), (left, 1.0))
        self._evidence = Evidence(
            2, 30, area_of_match=area, outline_of_match=None if shown is None else corners
        )

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


def store_bordered(storage: MemoryStorage, border: float) -> None:
    """Store the left picture of the page; a share of its width is border."""
    stored = a_picture(LEFT)
    bordered = replace(stored.fingerprint, trim_box=(border, 0.0, 1.0, 1.0))
    storage.pictures.put_many([replace(stored, fingerprint=bordered)])
    stock(storage, a_product(LEFT, entity_id="left"))


@pytest.mark.parametrize(
    ("probability", "area", "is_copy"),
    [
        (SURE - 0.001, LARGE_PART - 0.01, False),
        (SURE - 0.001, LARGE_PART, True),
        (SURE, LARGE_PART - 0.01, True),
        (SURE, 0.01, True),
        (SURE - 0.001, None, True),
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


@pytest.mark.parametrize(
    ("probability", "shown_to", "is_copy"),
    [(LIKELY, 1.0, True), (LIKELY - 0.001, 1.0, False), (SURE - 0.001, 0.81, False)],
)
def test_should_match_by_much_of_a_product_beside_a_wide_border_where_it_is_likely(
    probability: float, shown_to: float, *, is_copy: bool, storage: MemoryStorage
) -> None:
    """It is a small part of the frame."""
    store_bordered(storage, 0.7)
    verifier = FindingVerifier(probability, shown_to - 0.7, (0.7, shown_to))
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    found = entities(matcher.check(PAGE.picture, CheckOptions()))
    assert found == ["left"] * is_copy


@pytest.mark.parametrize(
    ("shown_to", "is_copy"),
    [
        (0.5 + LEAST_OF_REGION / 2 - 0.01, False),
        (0.5 + LEAST_OF_REGION / 2 + 0.01, True),
        (0.5, False),
    ],
)
def test_should_match_by_no_smaller_part_of_what_a_border_surrounds(
    shown_to: float, *, is_copy: bool, storage: MemoryStorage
) -> None:
    """Half of the width is border here, and shows nothing of the product."""
    store_bordered(storage, 0.5)
    verifier = FindingVerifier(SURE, shown=(0.0, shown_to))
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    found = entities(matcher.check(PAGE.picture, CheckOptions()))
    assert found == ["left"] * is_copy
