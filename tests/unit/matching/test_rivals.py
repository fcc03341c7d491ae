"""Where pictures of two photographs are likely, each is less so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from lookalike.matching import rivals
from lookalike.matching.calibration import MAX_BITS_BEHIND, RIVAL_SCORE
from lookalike.matching.finding import LEAST_PROBABILITY, MIN_DOUBT, Evidence, Finding, Verdict
from lookalike.matching.ranking import SURE, as_lowered
from lookalike.matching.rivals import MOST_COMPARED, Rivals
from lookalike.matching.stored_pairs import RENDITION
from lookalike.products import Product
from lookalike.verification.features import MAX_PHASH
from tests.builders import a_product
from tests.unit.matching.fakes import ToldVerifier
from tests.unit.matching.rival_builders import (
    ALIKE,
    APART,
    FIRST,
    FOURTH,
    LIKELY,
    PRODUCTS,
    SECOND,
    SHOWN,
    THIRD,
    TakingVerifier,
    likely,
    lost_by,
    lying,
    rivals_of,
)


def _rivals(alike: float, *products: Product) -> tuple[Rivals, ToldVerifier]:
    """Of stored pictures that are copies of each other with this probability."""
    verifier = TakingVerifier(dict.fromkeys(SHOWN, alike))
    return rivals_of(verifier, products), verifier


pytestmark = pytest.mark.usefixtures("numbered_pictures")


def _lost(found: Rivals, *findings: Finding) -> list[float]:
    found.begin()
    lowered = found.lowered(findings)
    assert [each.fingerprint_id for each in lowered] == [each.fingerprint_id for each in findings]
    return [round(lost_by(each), 6) for each in lowered]


def _without(lost: float, alike: float) -> float:
    """What is left of ``LIKELY`` where log odds are lost unless two pictures are alike."""
    odds = math.log(LIKELY / (1 - LIKELY))
    return alike * LIKELY + (1 - alike) / (1 + math.exp(lost - odds))


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_should_hold_the_likeliest_against_the_second_and_all_others_against_it(
    order: Sequence[int],
) -> None:
    found, verifier = _rivals(APART, *PRODUCTS)
    findings = [likely(n, score) for n, score in zip(SHOWN, (3.0, 2.5, 2.0, 1.0), strict=True)]
    expected = (2.5, 3.0, 3.0, 3.0)
    assert _lost(found, *(findings[n] for n in order)) == [expected[n] for n in order]
    assert len(verifier.candidates) == len(SHOWN) - 1, "what matches is compared with the likeliest"


def test_should_know_no_rivals_among_renditions() -> None:
    found, _ = _rivals(RENDITION, *PRODUCTS)
    assert _lost(found, likely(FIRST, 2.0), likely(SECOND, 1.0)) == [0, 0]


@pytest.mark.parametrize("alike", [0.25, 0.5, RENDITION - 0.01])
def test_should_lose_the_less_the_likelier_a_rival_is_a_rendition(alike: float) -> None:
    """As the rule of total probability says: unless both show one photograph."""
    found, _ = _rivals(alike, *PRODUCTS)
    lowered = found.lowered([likely(FIRST, 2.0), likely(SECOND, 1.0)])
    left = [_without(1.0, alike), _without(2.0, alike)]
    assert [each.probability for each in lowered] == pytest.approx(left)


@pytest.mark.parametrize(
    "products",
    [
        (a_product(FIRST, sku="a"), a_product(SECOND, sku="a")),
        (a_product(FIRST, further=(SECOND,)),),
        (a_product(FIRST, further=(SECOND,), sku="a"), a_product(SECOND, sku="b")),
        (a_product(FIRST, sku="a"),),
    ],
    ids=["one sku", "one product", "a shared picture", "nobody shows the other"],
)
def test_should_know_no_rivals_within_a_product(products: tuple[Product, ...]) -> None:
    for findings in ((FIRST, SECOND), (SECOND, FIRST)):
        found, verifier = _rivals(APART, *products)
        assert _lost(found, *map(likely, findings)) == [0, 0]
        assert verifier.candidates == []


def test_should_count_products_without_a_sku_as_different() -> None:
    found, _ = _rivals(APART, a_product(FIRST, sku=""), a_product(SECOND, sku=""))
    assert _lost(found, likely(FIRST), likely(SECOND)) == [2.0, 2.0]


def test_should_let_a_colour_lose_as_its_photograph_does_and_take_nothing() -> None:
    found, verifier = _rivals(APART, *PRODUCTS)
    colour = likely(SECOND, 2.5, Verdict.COLOUR_VARIANT)
    assert _lost(found, likely(FIRST, 3.0), colour) == [0, 0]
    assert verifier.candidates == []
    assert _lost(found, likely(FIRST, 3.0), colour, likely(THIRD, 1.0)) == [1.0, 1.0, 3.0]


@pytest.mark.parametrize(
    "sure",
    [
        replace(likely(FIRST, 3.0), probability=SURE),
        replace(likely(FIRST, 3.0), probability=1.0),
        likely(FIRST, 3.0, Verdict.DUPLICATE),
    ],
)
def test_should_take_nothing_from_sure_copies_and_unchanged_pictures(sure: Finding) -> None:
    found, _ = _rivals(APART, *PRODUCTS)
    assert _lost(found, sure, likely(SECOND, 1.0)) == [0, 3.0]


def test_should_compare_nothing_where_nobody_can_lose() -> None:
    found, verifier = _rivals(APART, *PRODUCTS)
    sure = replace(likely(FIRST, 3.0), probability=SURE)
    unlikely = replace(likely(SECOND, -1.9), probability=MIN_DOUBT - 0.001)
    assert _lost(found, sure, unlikely) == [0, 0]
    assert verifier.candidates == []


def test_should_take_nothing_beside_what_is_unlikely() -> None:
    found, _ = _rivals(APART, *PRODUCTS)
    assert _lost(found, likely(FIRST), replace(likely(SECOND), score=RIVAL_SCORE)) == [0, 0]


@pytest.mark.parametrize(
    ("bits", "of_second", "lost_by_first"),
    [
        (0, MAX_BITS_BEHIND, 1.5),
        (0, MAX_BITS_BEHIND + 2, 1.0),
        (20, 0, 1.5),
        (MAX_PHASH - MAX_BITS_BEHIND, 64, 1.5),
    ],
    ids=["near", "far", "nearer", "beyond what bits tell"],
)
def test_should_lose_by_the_likeliest_that_is_not_clearly_farther(
    bits: int, of_second: int, lost_by_first: float
) -> None:
    """A copy in poor quality is likely by its hash where little of its texture is left."""
    found, _ = _rivals(APART, *PRODUCTS)
    first, second, third = (
        replace(likely(n, score), evidence=Evidence(distance, 100))
        for n, score, distance in ((FIRST, 2.0, bits), (SECOND, 1.5, of_second), (THIRD, 1.0, bits))
    )
    assert _lost(found, first, second, third) == [lost_by_first, 2.0, 2.0]


def test_should_hold_the_likeliest_against_others_though_all_are_far_behind() -> None:
    """Else a picture that is nearer by chance would come before the likelier one."""
    found, verifier = _rivals(APART, *PRODUCTS)
    behind = replace(likely(SECOND, 1.0), evidence=Evidence(20 + MAX_BITS_BEHIND + 1, 100))
    assert _lost(found, likely(FIRST, 2.0), behind) == [0, 2.0]
    assert len(verifier.candidates) == 1


def test_should_hold_each_against_the_other_picture_that_agrees_most() -> None:
    found, verifier = _rivals(APART, *PRODUCTS)
    findings = [lying(n, a) for n, a in ((FIRST, 0.5), (SECOND, 0.75), (THIRD, 0.625))]
    assert _lost(found, *findings) == [1.5, 1.25, 1.5]
    assert len(verifier.candidates) == 2, "the likeliest and the second one are compared with it"


def test_should_hold_pictures_of_one_product_against_each_other() -> None:
    """A copy of one view shows what tells it from the others."""
    found, _ = _rivals(APART, *(a_product(n, sku="a") for n in SHOWN))
    findings = [lying(n, a) for n, a in ((FIRST, 0.5), (SECOND, 0.75), (THIRD, 0.625))]
    assert _lost(found, *findings) == [1.5, 1.25, 1.5]


def test_should_go_on_to_a_picture_that_differs() -> None:
    found, _ = _rivals(APART, *PRODUCTS)
    findings = [lying(n, a) for n, a in ((FIRST, 0.5), (SECOND, ALIKE), (THIRD, 0.625))]
    assert _lost(found, *findings) == [1.25, 1.25, 1.0]
    others = [lying(n, ALIKE) for n in (SECOND, THIRD, FOURTH)]
    assert _lost(found, lying(FIRST, 0.5), *others) == [0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize("alike", [RENDITION, 0.5, 0.25])
def test_should_lose_to_a_sibling_unless_it_is_a_rendition(alike: float) -> None:
    """What lies over one of them says nothing about a copy, over which something else lies."""
    found, verifier = _rivals(alike, *PRODUCTS)
    lowered = found.lowered([lying(FIRST, 3.0), lying(SECOND, 2.0)])
    expected = [LIKELY] * 2 if alike == RENDITION else [_without(lost, alike) for lost in (4, 6)]
    assert [each.probability for each in lowered] == pytest.approx(expected)
    assert len(verifier.candidates) == 1, "compared once for both"


@pytest.mark.parametrize(
    "first",
    [
        replace(lying(FIRST, 0.5), verdict=Verdict.DUPLICATE),
        replace(lying(FIRST, 0.5), probability=MIN_DOUBT - 0.001),
        likely(FIRST, -3.0),
    ],
    ids=["unchanged", "beyond doubt", "nowhere on the query"],
)
def test_should_hold_against_siblings_what_may_match_and_is_changed(first: Finding) -> None:
    found, _ = _rivals(APART, *PRODUCTS)
    lost = 1.0 if first.on_query else 0
    assert _lost(found, first, lying(SECOND, 0.75)) == [0, lost]


@pytest.mark.parametrize("probability", [MIN_DOUBT, 0.5, SURE, 0.999])
def test_should_hold_sure_copies_against_siblings_as_others(probability: float) -> None:
    found, _ = _rivals(APART, *PRODUCTS)
    first = replace(lying(FIRST, 0.5), probability=probability)
    assert _lost(found, first, lying(SECOND, 0.75))[0] == 1.5


def test_should_hold_nothing_against_pictures_that_nobody_shows() -> None:
    found, _ = _rivals(APART, a_product(FIRST))
    assert _lost(found, lying(FIRST, 0.5), lying(SECOND, 0.75))[0] == 0


def test_should_add_what_siblings_and_rivals_take() -> None:
    found, _ = _rivals(APART, *PRODUCTS)
    findings = lying(FIRST, 0.5, 2.0), lying(SECOND, 0.75, 1.0)
    assert _lost(found, *findings) == [2.5, 3.0]


@pytest.mark.parametrize("alike", [0.25, 0.5, 0.75])
def test_should_weigh_once_what_sibling_and_rival_take_if_they_are_one_picture(
    alike: float,
) -> None:
    """Both take it in one case: that the two stored pictures show two photographs."""
    found, _ = _rivals(alike, *PRODUCTS)
    lowered = found.lowered([lying(FIRST, 1.0, score=2.0), lying(SECOND, 1.0, score=1.0)])
    expected = [_without(2.0 + of_rival, alike) for of_rival in (1.0, 2.0)]
    assert [each.probability for each in lowered] == pytest.approx(expected)


def test_should_lose_to_a_picture_of_its_product_whatever_a_rival_takes() -> None:
    products = a_product(FIRST, further=(SECOND,)), a_product(THIRD, sku="other")
    findings = [lying(FIRST, 0.5), lying(SECOND, 0.75, 2.0), lying(THIRD, 0.1, 1.0)]
    found, _ = _rivals(APART, *products)
    assert _lost(found, *findings)[0] == 1.5 + 1.0


def test_should_compare_few_pictures_and_each_pair_once(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = [lying(n, 0.5 + n / 10, 1.0 + n) for n in SHOWN]
    for most, compared in ((2, 2), (MOST_COMPARED, 3)):
        monkeypatch.setattr(rivals, "MOST_COMPARED", most)
        found, verifier = _rivals(APART, *PRODUCTS)
        found.lowered(findings)
        assert len(verifier.candidates) == compared
    found.lowered(findings)
    assert len(verifier.candidates) == compared


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("first", [0, 1])
def test_should_take_nothing_among_renditions_however_many(count: int, first: int) -> None:
    """Few pairs of them are compared, and the others are judged by these."""
    found, _ = _rivals(0.99, *PRODUCTS)
    findings = [lying(n, 1.0 + n / 10, 2.0) for n in SHOWN[:count]]
    assert _lost(found, *findings[first:], *findings[:first]) == [0] * count


def test_should_judge_renditions_alike_whatever_their_order() -> None:
    findings = [lying(n, 1.0 + n / 10) for n in SHOWN]
    of_orders = []
    for order in (findings, findings[::-1]):
        found, _ = _rivals(0.5, *PRODUCTS)
        lowered = {each.fingerprint_id: each.probability for each in found.lowered(order)}
        of_orders.append(lowered)
    assert of_orders[0] == pytest.approx(of_orders[1])


def test_should_let_what_a_sibling_rules_out_take_nothing() -> None:
    found, _ = _rivals(APART, *PRODUCTS)
    ruled_out, left = lying(FIRST, ALIKE, 5.5), lying(SECOND, 5.0, 1.0)
    assert _lost(found, ruled_out, left) == pytest.approx([10.0, 0], abs=1e-4)
    assert _lost(found, replace(ruled_out, on_query=None), left) == [1.0, 5.5]


def test_should_say_similar_of_what_is_lowered_below_one_half() -> None:
    evidence = Evidence(20, 100, rotation=90, area_of_query=0.5)
    lowered = replace(likely(FIRST), evidence=evidence).without(3.0)
    assert lowered.probability < 0.5
    assert lowered.verdict is Verdict.SIMILAR
    assert lowered.evidence == Evidence(20, 100)
    assert lost_by(lowered) == pytest.approx(3.0)
    assert 0 < likely(FIRST).without(1e9).probability <= LEAST_PROBABILITY
    assert likely(FIRST).without(0.0) == likely(FIRST)


def test_should_lose_once_whatever_found_it() -> None:
    whole = [likely(FIRST).without(1.0)]
    part, other = as_lowered([likely(FIRST), likely(SECOND)], whole)
    assert lost_by(part) == pytest.approx(1.0)
    assert lost_by(other) == 0
    assert as_lowered(whole, whole) == whole


def test_should_lose_as_a_part_by_the_same_cases_as_as_a_whole() -> None:
    """Else a sure part would lose as little as an unlikely whole could."""
    whole = replace(likely(FIRST), probability=0.1).without(12.0, unless=0.2)
    [part] = as_lowered([replace(likely(FIRST), probability=0.998)], [whole])
    assert part.probability == pytest.approx(0.2 * 0.998, abs=0.01)
