"""A placement says how whole frames lie on each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.fingerprint.phash import FORMS, Form
from lookalike.pictures import Fingerprint
from lookalike.verification.placement import Placement, place_query
from lookalike.verification.transforms import (
    CORNERS,
    IDENTITY,
    Transform,
    box_to_unit,
    is_plausible,
    moved,
    undoing,
)
from tests.builders import a_fingerprint
from tests.unit.verification.builders import cut_out, inverse, perspective, turned

WHOLE = (0.0, 0.0, 1.0, 1.0)
SIZE = (400, 533)


def _frame(
    size: tuple[int, int] = SIZE, trim_box: tuple[float, float, float, float] = WHOLE
) -> Fingerprint:
    return replace(a_fingerprint(), width=size[0], height=size[1], trim_box=trim_box)


def _placed(
    transform: Transform, query: Fingerprint | None = None, stored: Fingerprint | None = None
) -> Placement:
    found = place_query(transform, query or _frame(), stored or _frame())
    assert found is not None
    return found


def test_should_place_a_picture_on_itself() -> None:
    found = _placed(IDENTITY)
    assert (found.flipped, found.rotation) == (False, 0)
    assert found.area_of_query == found.area_of_match == pytest.approx(1)
    assert found.outline_of_query == pytest.approx(CORNERS)
    assert found.outline_of_match == pytest.approx(CORNERS)


def test_should_place_a_crop() -> None:
    found = _placed(cut_out(0.1, 0.2, 0.6, 0.8), _frame((200, 320)))
    assert (found.flipped, found.rotation) == (False, 0)
    assert found.area_of_query == pytest.approx(1)
    assert found.area_of_match == pytest.approx(0.3)
    low, high = found.outline_of_match.min(axis=0), found.outline_of_match.max(axis=0)
    assert (*low, *high) == pytest.approx((0.1, 0.2, 0.6, 0.8))


def test_should_place_what_is_larger_than_the_stored_picture() -> None:
    found = _placed(inverse(cut_out(0.1, 0.2, 0.6, 0.8)), _frame((800, 888)))
    assert found.area_of_query == pytest.approx(0.3)
    assert found.area_of_match == pytest.approx(1)
    low, high = found.outline_of_query.min(axis=0), found.outline_of_query.max(axis=0)
    assert (*low, *high) == pytest.approx((0.1, 0.2, 0.6, 0.8))


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_should_tell_flips_and_quarter_turns(form: Form) -> None:
    size = SIZE if form.rotation % 180 == 0 else SIZE[::-1]
    found = _placed(undoing(form), _frame(size))
    assert (found.flipped, found.rotation) == form
    assert found.area_of_match == pytest.approx(1)


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [(0.6, 0), (-1, 0), (2, 2), (-12, 348), (45, 45), (89, 90), (91, 90), (93, 93), (359.4, 0)],
)
def test_should_straighten_what_is_hardly_turned(degrees: float, expected: int) -> None:
    transform, size = turned(degrees, (4000, 5330))
    assert _placed(transform, _frame(size)).rotation == expected


def test_should_place_a_turned_picture_with_the_corners_of_its_canvas_left_out() -> None:
    transform, size = turned(20, SIZE)
    found = _placed(transform, _frame(size))
    assert found.area_of_match == pytest.approx(1)
    assert found.area_of_query == pytest.approx(SIZE[0] * SIZE[1] / (size[0] * size[1]), abs=0.01)
    assert len(np.unique(found.outline_of_query.round(6), axis=0)) == 4


def test_should_place_the_frame_of_a_query_whose_border_was_trimmed() -> None:
    """A photograph in a white frame is the whole stored picture, on a part of the query."""
    inner = (0.2, 0.1, 0.8, 0.9)
    found = _placed(IDENTITY, _frame((667, 666), inner))
    assert found.area_of_query == pytest.approx(0.48)
    assert found.area_of_match == pytest.approx(1)
    assert found.transform == pytest.approx(box_to_unit(inner))
    low, high = found.outline_of_query.min(axis=0), found.outline_of_query.max(axis=0)
    assert (*low, *high) == pytest.approx(inner)


def test_should_place_on_a_stored_picture_whose_border_was_trimmed() -> None:
    inner = (0.2, 0.1, 0.8, 0.9)
    found = _placed(IDENTITY, None, _frame((667, 666), inner))
    assert found.area_of_query == pytest.approx(1)
    assert found.area_of_match == pytest.approx(0.48)


def test_should_place_borders_that_both_have_on_each_other() -> None:
    bordered = _frame(trim_box=(0.1, 0.2, 0.7, 0.9))
    found = _placed(IDENTITY, bordered, bordered)
    assert found.transform == pytest.approx(IDENTITY)
    assert found.area_of_query == pytest.approx(1)


@pytest.mark.parametrize("shift", [(1.5, 0), (0, -1.5), (4, 4)])
def test_should_place_nothing_where_frames_do_not_meet(shift: tuple[float, float]) -> None:
    beside = cut_out(shift[0], shift[1], shift[0] + 1, shift[1] + 1)
    assert place_query(beside, _frame(), _frame()) is None


def _is_consistent(found: Placement) -> bool:
    """Whether both outlines are the same corners, inside both frames."""
    outlines = (found.outline_of_query, found.outline_of_match)
    inside = all(outline.min() > -1e-6 and outline.max() < 1 + 1e-6 for outline in outlines)
    away = moved(found.transform, found.outline_of_query) - found.outline_of_match
    return inside and bool(np.abs(away).max() < 1e-6)


def test_should_not_number_corners_that_are_none() -> None:
    """A frame that is turned by half a degree cuts slivers off."""
    found = _placed(_turned_in_its_frame(0.5))
    assert len(found.outline_of_match) == len(found.outline_of_query) == 4
    assert _is_consistent(found)
    assert len(_placed(_turned_in_its_frame(20)).outline_of_match) == 8


def _turned_in_its_frame(degrees: float) -> Transform:
    """About the middle; what then lies beyond the frame is cut off."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    centre = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    turn = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    turned_about: Transform = centre @ turn @ np.linalg.inv(centre)
    return turned_about


NEAR_0, NEAR_1 = st.floats(-0.15, 0.1), st.floats(0.9, 1.15)


@given(
    corners=st.tuples(
        st.tuples(NEAR_0, NEAR_0),
        st.tuples(NEAR_1, NEAR_0),
        st.tuples(NEAR_1, NEAR_1),
        st.tuples(NEAR_0, NEAR_1),
    )
)
def test_should_have_the_same_corners_in_both_pictures(
    corners: tuple[tuple[float, float], ...],
) -> None:
    found = _placed(perspective(corners))
    assert _is_consistent(found)
    assert 0.6 < found.area_of_query <= 1
    assert 0.6 < found.area_of_match <= 1


@pytest.mark.parametrize("right", [0.4, 0.35, 0.3])
def test_should_place_a_slanted_photograph_of_a_part(right: float) -> None:
    """Of the upper left part, taken from the left: its right edge is farther away."""
    transform = perspective([(0, 0.05), (right, 0.1625), (right, 0.4375), (0, 0.55)])
    assert is_plausible(transform)
    found = place_query(transform, _frame(), _frame())
    areas = (found.area_of_query, found.area_of_match) if found else None
    assert areas == pytest.approx((1, right * (0.5 + 0.275) / 2), abs=0.001)


@pytest.mark.parametrize("border", [0.4, 0.45])
@pytest.mark.parametrize("slant", [0.3, 0.45])
def test_should_place_a_slanted_picture_within_a_border_beyond_its_horizon(
    border: float, slant: float
) -> None:
    """The slant goes on over the border, to where depth is none and nothing is shown."""
    slanted = IDENTITY.copy()
    slanted[2] = slant, slant, 1
    assert is_plausible(slanted)
    box = (border, border, 1 - border, 1 - border)
    whole = slanted @ box_to_unit(box)
    assert (np.array(CORNERS) @ whole[2, :2] + whole[2, 2]).min() < 0
    found = place_query(slanted, _frame(trim_box=box), _frame())
    assert found is not None
    within = moved(slanted, CORNERS)
    reached = found.outline_of_match
    assert reached.min() == pytest.approx(0, abs=0.01)
    assert (reached.max(axis=0) >= within.max(axis=0)).all()
    assert found.outline_of_query == pytest.approx(
        moved(inverse(found.transform), found.outline_of_match), abs=1e-6
    )
