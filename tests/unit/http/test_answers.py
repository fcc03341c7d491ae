"""Figures are shown without claiming more than was found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.http.answers import shown_outline, shown_percentage, shown_share


@pytest.mark.parametrize(
    ("percentage", "shown"),
    [(100, 100.0), (99.999_999, 99.99), (99.6, 99.6), (49.996, 49.99), (0.004, 0.0), (1e-9, 0.0)],
)
def test_percentages_are_cut_after_two_decimals(percentage: float, shown: float) -> None:
    assert shown_percentage(percentage) == shown


@given(st.floats(0, 100, exclude_max=True))
def test_only_certainty_is_shown_as_100(percentage: float) -> None:
    assert shown_percentage(percentage) < 100


@given(st.floats(0, 100), st.integers(0, 10_000))
def test_nothing_is_shown_at_a_threshold_that_it_did_not_reach(
    percentage: float, cents: int
) -> None:
    threshold = cents / 100
    assert (shown_percentage(percentage) >= threshold) == (percentage >= threshold)


def test_places_are_rounded_to_four_decimals() -> None:
    assert shown_share(2 / 3) == 0.6667
    assert shown_outline(((0, 1 / 3), (0.00004, 1), (1, 0.99996))) == (
        (0, 0.3333),
        (0, 1),
        (1, 1),
    )


def test_what_is_not_known_is_no_place() -> None:
    assert (shown_share(None), shown_outline(None)) == (None, None)
