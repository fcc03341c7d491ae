"""Evidence is the same from either side, and percentages claim no more than was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.matching.check import Match
from lookalike.matching.finding import Evidence, Finding, Verdict, shown_percentage
from tests.builders import a_product

FRAME = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))


@pytest.mark.parametrize(("flipped", "turned"), [(False, 270), (True, 90)])
def test_should_undo_a_turn_in_swapped_evidence(*, flipped: bool, turned: int) -> None:
    """A quarter turn is undone by three, and by itself where the picture is mirrored, too."""
    evidence = Evidence(2, 30, flipped=flipped, rotation=90)
    assert (evidence.swapped.flipped, evidence.swapped.rotation) == (flipped, turned)
    assert evidence.swapped.swapped == evidence


def test_should_exchange_areas_and_outlines_in_swapped_evidence() -> None:
    evidence = Evidence(
        2,
        30,
        area_of_query=0.5,
        area_of_match=1.0,
        outline_of_query=LEFT_HALF,
        outline_of_match=FRAME,
    )
    swapped = evidence.swapped
    assert (swapped.phash_distance, swapped.deep_distance) == (2, 30)
    assert (swapped.area_of_query, swapped.area_of_match) == (1.0, 0.5)
    assert (swapped.outline_of_query, swapped.outline_of_match) == (FRAME, LEFT_HALF)


def test_should_leave_unknown_evidence_unknown() -> None:
    assert Evidence(2, 30).swapped == Evidence(2, 30)


@pytest.mark.parametrize(
    ("probability", "shown"),
    [
        (1.0, 100.0),
        (0.999_999_99, 99.99),
        (0.996, 99.6),
        (0.49996, 49.99),
        (0.00004, 0.0),
        (1e-11, 0.0),
    ],
)
def test_should_cut_percentages_after_two_decimals(probability: float, shown: float) -> None:
    assert shown_percentage(probability) == shown
    evidence = Evidence(0, 0)
    assert Finding("", probability, Verdict.SIMILAR, evidence).match_percentage == shown
    assert Match(a_product(), probability, Verdict.SIMILAR, evidence).match_percentage == shown


@given(st.floats(0, 1 - 1e-9))
def test_should_show_only_certainty_as_100(probability: float) -> None:
    assert shown_percentage(probability) < 100


@given(st.floats(0, 1), st.integers(0, 10_000))
def test_should_show_nothing_at_a_threshold_that_it_did_not_reach(
    probability: float, cents: int
) -> None:
    threshold = cents / 100
    is_reached = 100 * probability >= threshold
    assert (shown_percentage(probability) >= threshold) == is_reached
