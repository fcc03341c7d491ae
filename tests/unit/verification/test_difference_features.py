"""Overlays add something to the query; another print also takes something away."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.verification.aligned_pixels import AlignedPixels, Planes
from lookalike.verification.difference_features import difference_features
from tests.unit.verification.builders import aligned_pixels

WHITE, GARMENT, PRINT, OTHER = 255.0, 200.0, 60.0, 110.0
Box = tuple[int, int, int, int]
"""First row, first column, end of the rows, end of the columns."""
BODY = (10, 20, 90, 76)


def _shirt(*prints: tuple[Box, float]) -> Planes:
    """A grey garment on white, with printed boxes of these levels."""
    planes = np.full((3, 96, 96), WHITE, np.float32)
    for (top, left, bottom, right), level in ((BODY, GARMENT), *prints):
        planes[:, top:bottom, left:right] = level
    return planes


def _features(query: Planes, stored: Planes) -> dict[str, float]:
    return difference_features(aligned_pixels(query=query, stored=stored))


SMALL, LARGE = (30, 40, 45, 56), (50, 34, 76, 62)


def test_should_say_that_an_overlay_covers_and_uncovers_nothing() -> None:
    features = _features(_shirt((SMALL, PRINT)), _shirt())
    assert features["clear_covered"] == pytest.approx(15 * 16 / 96**2)
    assert features["clear_covered_of_differing"] == 1
    assert features["clear_uncovered"] == features["clear_exchanged"] == 0


def test_should_say_that_a_missing_print_uncovers_the_garment() -> None:
    features = _features(_shirt(), _shirt((SMALL, PRINT)))
    assert features["clear_uncovered_of_differing"] == 1
    assert features["clear_covered"] == 0
    assert features["clear_uncovered_to_covered"] > 3


def test_should_tell_prints_at_two_places_from_an_overlay() -> None:
    features = _features(_shirt((SMALL, PRINT)), _shirt((LARGE, OTHER)))
    assert features["clear_covered"] == pytest.approx(15 * 16 / 96**2)
    assert features["clear_uncovered"] == pytest.approx(26 * 28 / 96**2, rel=0.02)


def test_should_say_that_prints_at_one_place_are_exchanged() -> None:
    features = _features(_shirt((SMALL, PRINT)), _shirt((SMALL, OTHER)))
    assert features["clear_exchanged_of_differing"] == 1
    assert features["clear_covered"] == features["clear_uncovered"] == 0


def test_should_find_pale_differences_among_the_faint_ones_alone() -> None:
    features = _features(_shirt((LARGE, GARMENT - 20)), _shirt())
    assert features["faint_differing"] > 0.05
    assert features["clear_differing"] == 0


def test_should_explain_a_change_of_light() -> None:
    stored = _shirt((SMALL, PRINT), (LARGE, OTHER))
    features = _features(stored * np.float32(0.7) + 20, stored)
    assert features["faint_differing"] == 0
    assert features["pixel_difference"] < 2
    assert features["light_gain"] == pytest.approx(np.log(0.7), abs=0.05)
    assert features["rest_alike"] > 0.99


def test_should_say_whether_it_lies_on_the_product_or_at_the_margin() -> None:
    on_product = _features(_shirt((SMALL, PRINT)), _shirt())
    banner = _features(_shirt(((0, 0, 10, 96), PRINT)), _shirt())
    assert on_product["clear_differing_on_product"] == 1
    assert on_product["clear_at_the_margin"] == 0
    assert banner["clear_differing_on_product"] == 0
    assert banner["clear_at_the_margin"] == 1


def test_should_tell_a_print_from_a_badge_that_another_badge_replaces() -> None:
    badge, prints = (2, 66, 22, 92), (30, 36, 56, 60)
    (badges, printed) = (
        _features(_shirt((box, PRINT)), _shirt((box, OTHER))) for box in (badge, prints)
    )
    assert printed["clear_differing_surrounded"] == printed["clear_ring_on_product"] == 1
    assert badges["clear_differing_surrounded"] == 0
    assert badges["clear_ring_on_product"] < 0.4
    assert printed["clear_from_the_edge"] > 0.6 > badges["clear_from_the_edge"]
    assert printed["clear_part_from_the_middle_across"] < 0.1
    assert badges["clear_part_from_the_middle_across"] > 0.8
    assert badges["clear_part_from_the_middle_down"] < -0.8


def test_should_say_whether_it_is_one_compact_part() -> None:
    one = _features(_shirt((LARGE, PRINT)), _shirt())
    two = _features(_shirt((LARGE, PRINT), ((14, 24, 26, 36), PRINT)), _shirt())
    assert one["clear_differing_fill"] > 0.9
    assert two["clear_differing_part"] < one["clear_differing_part"]


def test_should_measure_nothing_where_nothing_differs_or_is_shown() -> None:
    same = _features(_shirt((SMALL, PRINT)), _shirt((SMALL, PRINT)))
    assert all(value == 0 for name, value in same.items() if "differing" in name)
    hidden = difference_features(AlignedPixels.blank())
    assert np.isfinite([*same.values(), *hidden.values()]).all()
