"""A small part at one place in both pictures is shared by siblings, and says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from typing_extensions import override

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.finding import Evidence, Finding, Outline
from lookalike.pictures import Picture
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_product
from tests.unit.matching.builders import LEFT, a_page
from tests.unit.matching.fakes import NumberedFingerprinter, entities, stock
from tests.unit.matching.test_catalogue_matcher_regions import FRAME, PlacingVerifier

PAGE = a_page()
_LEFT, _TOP, _RIGHT, _BOTTOM = PAGE.fractions(PAGE.boxes[LEFT])
IN_PLACE = ((_LEFT, _TOP), (_RIGHT, _TOP), (_RIGHT, _BOTTOM), (_LEFT, _BOTTOM))
"""Where the left picture is on the page."""
MIRRORED = tuple((1 - x, y) for x, y in IN_PLACE)
ELSEWHERE = tuple((x + 0.06, y) for x, y in IN_PLACE)
NEARLY = tuple((x + 0.04, y) for x, y in IN_PLACE)


class FindingVerifier(PlacingVerifier):
    """Says in addition where in the stored picture the left one was found."""

    def __init__(
        self, probability: float, outline: Outline | None, area: float, *, flipped: bool
    ) -> None:
        super().__init__({LEFT: probability})
        of_query = None if outline is None else FRAME
        self._evidence = Evidence(
            2, 30, flipped, 0, area, area, outline_of_query=of_query, outline_of_match=outline
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


@pytest.mark.parametrize(
    ("outline", "area", "flipped", "is_copy"),
    [
        (IN_PLACE, 0.2, False, False),
        (NEARLY, 0.2, False, False),
        (MIRRORED, 0.2, True, False),
        (ELSEWHERE, 0.2, False, True),
        (ELSEWHERE, 0.09, False, False),
        (MIRRORED, 0.2, False, True),
        (IN_PLACE, 0.2, True, True),
        (IN_PLACE, 0.5, False, True),
        (None, 0.2, False, True),
    ],
)
def test_should_not_match_by_a_small_part_that_stayed_where_it_was(
    outline: Outline | None, area: float, *, flipped: bool, is_copy: bool, storage: MemoryStorage
) -> None:
    verifier = FindingVerifier(0.98, outline, area, flipped=flipped)
    assert found(storage, verifier) == ["left"] * is_copy


def test_should_match_by_such_a_part_that_is_surely_one_photograph(storage: MemoryStorage) -> None:
    verifier = FindingVerifier(0.99, IN_PLACE, 0.2, flipped=False)
    assert found(storage, verifier) == ["left"]


def found(storage: MemoryStorage, verifier: FindingVerifier) -> list[str]:
    stock(storage, a_product(LEFT, entity_id="left"))
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    return entities(matcher.check(PAGE.picture, CheckOptions()))
