"""Figures are shown without claiming more than was found."""

from __future__ import annotations

from lookalike.http.answers import shown_outline, shown_share


def test_places_are_rounded_to_four_decimals() -> None:
    assert shown_share(2 / 3) == 0.6667
    assert shown_outline(((0, 1 / 3), (0.00004, 1), (1, 0.99996))) == (
        (0, 0.3333),
        (0, 1),
        (1, 1),
    )


def test_a_place_that_is_not_known_stays_none() -> None:
    assert (shown_share(None), shown_outline(None)) == (None, None)
