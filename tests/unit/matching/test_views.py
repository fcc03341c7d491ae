"""Views show parts of a picture or the picture turned; their findings become those of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from lookalike.images.preparation import PreparedPicture
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.views import (
    View,
    find_regions,
    inverted,
    oblique_turns,
    pixels_of,
    quarter_turns,
    windows,
)
from lookalike.verification.placement import place_query
from lookalike.verification.transforms import CORNERS as UNIT
from lookalike.verification.transforms import box_to_unit, inverse, moved
from tests.builders import a_fingerprint
from tests.unit.matching.builders import LEFT, RIGHT, a_page

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
SHARES = st.floats(0, 1)


def found(verdict: Verdict = Verdict.EDITED_COPY, evidence: Evidence | None = None) -> Finding:
    shared = Evidence(3, 40, area_of_query=1, outline_of_query=CORNERS, outline_of_match=CORNERS)
    return Finding("x", 0.9, verdict, evidence or shared)


def within(left: float, top: float, right: float, bottom: float) -> View:
    to_whole = np.array([[right - left, 0, left], [0, bottom - top, top], [0, 0, 1.0]])
    return View(a_page().picture, to_whole)


def box_of(view: View) -> list[float]:
    """Left, top, right and bottom of an upright view in the whole."""
    corners = moved(view.to_whole, UNIT)
    return [*corners[0].tolist(), *corners[2].tolist()]


def test_should_cut_out_the_pictures_of_a_page() -> None:
    page = a_page()
    regions = {region.picture.width: region for region in find_regions(page.picture)}
    assert regions.keys() == {LEFT, RIGHT}
    for width, region in regions.items():
        box = page.boxes[width]
        expected = page.picture.whole.crop(box)
        assert np.array_equal(np.asarray(region.picture.whole), np.asarray(expected))
        assert region.picture.height == expected.height
        assert box_of(region) == pytest.approx(page.fractions(box))


@given(SHARES, SHARES, SHARES, SHARES)
def test_should_have_a_pixel_of_every_box(a: float, b: float, c: float, d: float) -> None:
    picture = a_page().picture
    width, height = picture.whole.size
    shares = (min(a, b), min(c, d), max(a, b), max(c, d))
    left, top, right, bottom = pixels_of(picture, shares)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert left <= shares[0] * width
    assert right >= shares[2] * width


def test_should_invert_levels_and_nothing_else() -> None:
    view = inverted(a_page().picture)
    before, after = (np.asarray(each.whole, int) for each in (a_page().picture, view.picture))
    assert np.array_equal(after, 255 - before)
    assert box_of(view) == [0, 0, 1, 1]
    assert view.rotation == 0


def test_should_give_boxes_in_the_whole_frame_of_a_trimmed_picture() -> None:
    page = a_page()
    whole = page.picture.whole
    trimmed = PreparedPicture(whole, (5, 5, whole.width - 3, whole.height), 1, 1)
    for region in find_regions(trimmed):
        assert box_of(region) == pytest.approx(page.fractions(page.boxes[region.picture.width]))


def test_should_find_no_region_in_a_picture_that_fills_its_frame() -> None:
    noise = a_page().picture.whole.crop(a_page().boxes[LEFT])
    assert list(find_regions(PreparedPicture(noise, (0, 0, *noise.size), *noise.size))) == []


def test_should_report_areas_and_outlines_of_the_whole() -> None:
    seen = within(0.25, 0.5, 0.75, 1.0).finding_of_whole(found()).evidence
    assert seen.area_of_query == pytest.approx(0.25)
    assert seen.outline_of_query == ((0.25, 0.5), (0.75, 0.5), (0.75, 1.0), (0.25, 1.0))
    assert seen.outline_of_match == CORNERS


@given(left=SHARES, top=SHARES, width=SHARES, height=SHARES, x=SHARES, y=SHARES)
def test_should_keep_every_corner_within_its_region(  # noqa: PLR0913, PLR0917 - all drawn
    left: float, top: float, width: float, height: float, x: float, y: float
) -> None:
    right, bottom = left + (1 - left) * width, top + (1 - top) * height
    corner = Evidence(3, 40, outline_of_query=((x, y),))
    whole = within(left, top, right, bottom).finding_of_whole(found(evidence=corner))
    [(seen_x, seen_y)] = whole.evidence.outline_of_query or ()
    assert left - 1e-9 <= seen_x <= right + 1e-9
    assert top - 1e-9 <= seen_y <= bottom + 1e-9


def test_should_leave_unknown_what_is_unknown_of_the_region() -> None:
    nothing = Evidence(3, 40)
    assert within(0, 0, 0.5, 1).finding_of_whole(found(evidence=nothing)).evidence == nothing


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.DUPLICATE, Verdict.EDITED_COPY),
        (Verdict.EDITED_COPY, Verdict.EDITED_COPY),
        (Verdict.COLOUR_VARIANT, Verdict.COLOUR_VARIANT),
        (Verdict.SIMILAR, Verdict.SIMILAR),
    ],
)
def test_should_never_call_a_page_the_picture_itself(verdict: Verdict, expected: Verdict) -> None:
    seen = within(0, 0, 0.5, 1).finding_of_whole(found(verdict))
    assert seen.verdict is expected
    assert seen.probability == 0.9


def placed() -> PreparedPicture:
    """A picture in which each pixel has its place as its colour."""
    across, down = np.meshgrid(np.arange(200), np.arange(100))
    pixels = np.stack([across, down, 0 * down], axis=-1).astype(np.uint8)
    return PreparedPicture(Image.fromarray(pixels), (0, 0, 200, 100), 200, 100)


@pytest.mark.parametrize("views_of", [quarter_turns, oblique_turns, windows])
def test_should_tell_what_of_the_whole_a_view_shows(
    views_of: Callable[[PreparedPicture], Iterable[View]],
) -> None:
    for view in views_of(placed()):
        seen = np.asarray(view.picture.whole)
        height, width = seen.shape[:2]
        for x, y in ((0.1, 0.2), (0.7, 0.4), (0.5, 0.9), (0.5, 0.5)):
            if not is_within(view, x, y):
                continue
            place = seen[int(y * height), int(x * width), :2] / (200, 100)
            assert moved(view.to_whole, np.array([(x, y)]))[0] == pytest.approx(place, abs=0.03)


def is_within(view: View, x: float, y: float) -> bool:
    place = moved(view.to_whole, np.array([(x, y)]))
    return bool((place > 0.02).all() and (place < 0.98).all())


def test_should_show_the_colour_of_the_edge_beyond_the_frame_of_a_turned_view() -> None:
    ground = (9, 90, 200)
    picture = PreparedPicture(ImageOps.expand(placed().whole, 20, ground), (0, 0, 240, 140), 1, 1)
    for view in oblique_turns(picture):
        pixels = np.asarray(view.picture.whole)
        assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == ground).all()


@pytest.mark.parametrize("views_of", [oblique_turns, windows])
def test_should_know_where_the_trimmed_view_lies_in_its_surroundings(
    views_of: Callable[[PreparedPicture], Iterable[View]],
) -> None:
    """Colours are places, so the surroundings show at each place what the view shows there."""
    for view in views_of(placed()):
        around = view.picture.surroundings
        assert around is not None
        seen, shown = np.asarray(view.picture.trimmed), np.asarray(around.frame.crop(around.box))
        for x, y in ((0.4, 0.45), (0.5, 0.5), (0.55, 0.6)):
            there_x, there_y = moved(around.placed, np.array([(x, y)]))[0]
            height, width = shown.shape[:2]
            colour = shown[int(there_y * height), int(there_x * width), :2]
            own = seen[int(y * seen.shape[0]), int(x * seen.shape[1]), :2]
            assert colour.astype(int) == pytest.approx(own.astype(int), abs=4)


def test_should_reach_half_a_window_beyond_it() -> None:
    for view in windows(placed()):
        around = view.picture.surroundings
        assert around is not None
        left, top, right, bottom = box_of(view)
        wide, high = min(1, right + 0.5 * (right - left)), min(1, bottom + 0.5 * (bottom - top))
        across = wide - max(0, left - 0.5 * (right - left))
        down = high - max(0, top - 0.5 * (bottom - top))
        size = around.frame.crop(around.box).size
        assert size == pytest.approx((across * 200, down * 100), abs=2)


@pytest.mark.parametrize(("views_of", "least"), [(oblique_turns, 0.99), (windows, 0.29)])
def test_should_tell_of_each_corner_where_the_whole_shows_it(
    views_of: Callable[[PreparedPicture], Iterable[View]], least: float
) -> None:
    """The catalogue holds the whole picture, so corners lie at one place in both."""
    stored = replace(a_fingerprint(), width=200, height=100)
    for view in views_of(placed()):
        picture = view.picture
        assert picture.surroundings is not None
        width, height = picture.whole.size
        left, top, right, bottom = picture.trim_box
        trim_box = (left / width, top / height, right / width, bottom / height)
        query = replace(stored, width=width, height=height, trim_box=trim_box)
        to_stored = view.to_whole @ inverse(box_to_unit(trim_box))
        to_box = picture.surroundings.placed @ box_to_unit(trim_box)
        placement = place_query(to_stored, query, stored, moved(inverse(to_box), UNIT))
        assert placement is not None
        corners = tuple((float(x), float(y)) for x, y in placement.outline_of_query)
        seen = Evidence(3, 40, outline_of_query=corners)
        evidence = view.finding_of_whole(found(evidence=seen)).evidence
        outline = np.array(evidence.outline_of_query)
        assert outline == pytest.approx(placement.outline_of_match, abs=0.03)
        assert evidence.area_of_query is not None
        assert evidence.area_of_query >= least


def test_should_turn_by_every_step_once() -> None:
    turns = [view.rotation for views in (quarter_turns, oblique_turns) for view in views(placed())]
    assert sorted(turns) == list(range(30, 360, 30))


@pytest.mark.parametrize("share", [0.25, 0.33, 0.5])
def test_should_have_a_window_on_most_of_every_small_picture(share: float) -> None:
    """Wherever it lies, a window shows nearly half of it at least."""
    boxes = np.array([box_of(view) for view in windows(placed())])
    for left, top in np.random.default_rng(0).uniform(0, 1 - share, (100, 2)):
        shown = np.minimum(boxes[:, 2:], (left + share, top + share)) - np.maximum(
            boxes[:, :2], (left, top)
        )
        assert (np.maximum(shown, 0).prod(axis=1) / share**2).max() >= 0.45


@pytest.mark.parametrize(
    ("degrees", "seen", "expected"),
    [(90, 0, 270), (90, 90, 0), (270, 0, 90), (180, 3, 183), (30, 10, 340)],
)
def test_should_add_up_the_turns_of_a_view_and_of_what_it_shows(
    degrees: int, seen: int, expected: int
) -> None:
    view = View(a_page().picture, np.eye(3), degrees)
    evidence = Evidence(3, 40, flipped=True, rotation=seen)
    whole = view.finding_of_whole(found(evidence=evidence)).evidence
    assert (whole.flipped, whole.rotation) == (True, expected)
