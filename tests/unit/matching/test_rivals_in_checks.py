"""Pictures that are likely are held against each other as far as they show two photographs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.check import CheckOptions
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding
from lookalike.matching.siblings import LITTLE
from lookalike.matching.stored_pairs import RENDITION
from lookalike.storage.memory.storage import MemoryStorage
from tests.unit.matching.fakes import NumberedFingerprinter, numbered, stock
from tests.unit.matching.rival_builders import (
    APART,
    FIRST,
    LIKELY,
    PRODUCTS,
    QUERY,
    SECOND,
    SHOWN,
    THIRD,
    ComparingVerifier,
    likely,
    lying,
    rivals_of,
)

pytestmark = pytest.mark.usefixtures("numbered_pictures")


@pytest.mark.parametrize(
    ("alike", "effort", "matches"),
    [
        (APART, Effort.NORMAL, [FIRST]),
        (RENDITION, Effort.NORMAL, [FIRST, SECOND]),
        (APART, Effort.FAST, [FIRST, SECOND]),
    ],
    ids=["rivals", "renditions", "fast"],
)
def test_should_match_no_picture_beside_a_likelier_rival(
    alike: float, effort: Effort, matches: list[int], storage: MemoryStorage
) -> None:
    stock(storage, *PRODUCTS[:2])
    verifier = ComparingVerifier({FIRST: 0.8, SECOND: 0.7}, dict.fromkeys(SHOWN, alike))
    matcher = CatalogueMatcher(storage, NumberedFingerprinter(), verifier)
    found = matcher.check(numbered(QUERY), CheckOptions(2, effort=effort)).matches
    assert [match.product for match in found] == [PRODUCTS[SHOWN.index(n)] for n in matches]


def _beside(alike: Mapping[int, float], *findings: Finding) -> list[float]:
    """What is left of findings, by how likely each is of the photograph of the others."""
    found = rivals_of(ComparingVerifier({}, alike))
    return [each.probability for each in found.lowered(findings)]


def test_should_hold_the_likeliest_against_a_rival_behind_its_rendition() -> None:
    """Else a second listing of a photograph would hide another product from the first."""
    first, second, third = (likely(n, 2.0 - n / 10) for n in (FIRST, SECOND, THIRD))
    alike = {SECOND: RENDITION - 0.01, THIRD: APART}
    alone = _beside(alike, first, third)
    together = _beside(alike, first, second, third)
    assert together[0] == pytest.approx(alone[0])


def test_should_lose_as_the_likeliest_does_as_far_as_it_is_of_its_photograph() -> None:
    """It is of that photograph, and loses to the rival, or is not, and loses to the likeliest."""
    first, second, third = (likely(n, 2.0 - n / 10) for n in (FIRST, SECOND, THIRD))
    left = _beside({SECOND: 0.75, THIRD: APART}, first, second, third)[1]
    beside_third, beside_first = (
        second.without(other.score).probability for other in (third, first)
    )
    assert left == pytest.approx(0.75 * beside_third + 0.25 * beside_first)


@pytest.mark.parametrize("alike", [APART, 0.5, 0.9, RENDITION - 0.001, RENDITION])
def test_should_never_leave_more_where_more_is_lacking(alike: float) -> None:
    probabilities = []
    for lost in (0.0, LITTLE - 0.01, LITTLE, 1.0, 2.0, 4.0, 6.0):
        pair = lying(FIRST, 0.05), lying(SECOND, lost / 2)
        probabilities.append(_beside(dict.fromkeys(SHOWN, alike), *pair)[0])
    assert probabilities[:2] == [LIKELY, LIKELY]
    assert (probabilities[-1] < LIKELY) is (alike < RENDITION)
    assert probabilities == sorted(probabilities, reverse=True)


def test_should_lose_to_rivals_beyond_what_siblings_take() -> None:
    siblings = [lying(n, LITTLE) for n in SHOWN]
    rivals = [lying(n, LITTLE, score=2.0) for n in SHOWN]
    apart = dict.fromkeys(SHOWN, APART)
    without, with_rivals = (_beside(apart, *each) for each in (siblings, rivals))
    assert all(b < a for a, b in zip(without, with_rivals, strict=True))
