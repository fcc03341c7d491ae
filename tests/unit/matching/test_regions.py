"""Regions are cut out of a picture, and their findings become findings of the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.images.preparation import PreparedPicture
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.regions import Region, find_regions
from tests.unit.matching.builders import LEFT, RIGHT, a_page

CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
SHARES = st.floats(0, 1)


def found(verdict: Verdict = Verdict.EDITED_COPY, evidence: Evidence | None = None) -> Finding:
    shared = Evidence(3, 40, area_of_query=0.5, outline_of_query=CORNERS, outline_of_match=CORNERS)
    return Finding("x", 0.9, verdict, evidence or shared)


def within(*box: float) -> Region:
    left, top, right, bottom = box
    return Region(a_page().picture, (left, top, right, bottom))


def test_should_cut_out_the_pictures_of_a_page() -> None:
    page = a_page()
    regions = {region.picture.width: region for region in find_regions(page.picture)}
    assert regions.keys() == {LEFT, RIGHT}
    for width, region in regions.items():
        box = page.boxes[width]
        expected = page.picture.whole.crop(box)
        assert np.array_equal(np.asarray(region.picture.whole), np.asarray(expected))
        assert region.picture.height == expected.height
        assert region.box == pytest.approx(page.fractions(box))


def test_should_give_boxes_in_the_whole_frame_of_a_trimmed_picture() -> None:
    page = a_page()
    whole = page.picture.whole
    trimmed = PreparedPicture(whole, (5, 5, whole.width - 3, whole.height), 1, 1)
    for region in find_regions(trimmed):
        assert region.box == pytest.approx(page.fractions(page.boxes[region.picture.width]))


def test_should_find_no_region_in_a_picture_that_fills_its_frame() -> None:
    noise = a_page().picture.whole.crop(a_page().boxes[LEFT])
    assert list(find_regions(PreparedPicture(noise, (0, 0, *noise.size), *noise.size))) == []


def test_should_report_areas_and_outlines_of_the_whole() -> None:
    seen = within(0.25, 0.5, 0.75, 1.0).finding_of_whole(found()).evidence
    assert seen.area_of_query == 0.125
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
