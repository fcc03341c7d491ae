"""Screenshots and collages are cut into the pictures that they contain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from lookalike.images.regions import LARGE, SMALL, Box, region_boxes
from tests.images import picture


def _placed(size: tuple[int, int], *placed: tuple[Image.Image, Box], colour: str) -> Image.Image:
    canvas = Image.new("RGB", size, colour)
    for photo, (left, top, right, bottom) in placed:
        canvas.paste(photo.resize((right - left, bottom - top)), (left, top))
    return canvas


def _screenshot(photo: Image.Image, box: Box, colour: str = "white") -> Image.Image:
    """A page of a shop: a title, the photograph, and lines of text below."""
    page = _placed((720, 1280), (photo, box), colour=colour)
    draw = ImageDraw.Draw(page)
    ink = "black" if colour == "white" else "white"
    draw.text((30, 40), "Autumn sale", fill=ink, font_size=40)
    for line in range(4):
        draw.text((30, 1060 + 40 * line), "Soft cotton, fits as expected", fill=ink, font_size=24)
    return page


def _overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, width) * max(0, height)
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return shared / (sum(areas) - shared)


def _found(frame: Image.Image, box: Box) -> float:
    return max((_overlap(box, region) for region in region_boxes(frame)), default=0.0)


@pytest.mark.parametrize("colour", ["white", "#202124"])
@pytest.mark.parametrize("number", range(4))
def test_should_find_the_photograph_of_a_page(
    number: int, colour: str, photos: tuple[Image.Image, ...]
) -> None:
    box = (60, 160, 660, 960)
    assert _found(_screenshot(photos[number], box, colour), box) > 0.8


def test_should_find_a_picture_between_bars_on_a_page(photos: tuple[Image.Image, ...]) -> None:
    """As portals show a tall picture in a wide frame; the copy that is cut mixes their edges."""
    page = _screenshot(Image.new("RGB", (1, 1)), (151, 203, 588, 461))
    box = (293, 203, 451, 461)
    page.paste(photos[0].resize((158, 258)), box[:2])
    assert _found(page, box) > 0.8


def test_should_find_small_regions_where_asked(photos: tuple[Image.Image, ...]) -> None:
    box = (250, 300, 360, 430)
    page = _screenshot(photos[1], box)
    assert region_boxes(page, LARGE) == []
    assert max(_overlap(box, region) for region in region_boxes(page, SMALL)) > 0.8


def test_should_find_the_pictures_of_a_collage_with_a_gap(
    photos: tuple[Image.Image, ...],
) -> None:
    boxes = ((10, 10, 390, 500), (410, 10, 790, 500))
    frame = _placed((800, 510), *zip(photos[:2], boxes, strict=True), colour="white")
    for box in boxes:
        assert _found(frame, box) > 0.85


def test_should_find_the_pictures_of_a_collage_without_a_gap(
    photos: tuple[Image.Image, ...],
) -> None:
    boxes = ((0, 0, 400, 530), (400, 0, 800, 530))
    frame = _placed((800, 530), *zip(photos[:2], boxes, strict=True), colour="white")
    for box in boxes:
        assert _found(frame, box) > 0.85


def test_should_find_pictures_one_above_the_other() -> None:
    boxes = ((0, 0, 500, 400), (0, 420, 500, 800))
    photos = picture(500, 400, seed=1).effect_spread(9), picture(500, 400, seed=2).effect_spread(9)
    frame = _placed((500, 800), *zip(photos, boxes, strict=True), colour="black")
    for box in boxes:
        assert _found(frame, box) > 0.85


def test_should_list_the_largest_first_and_no_more_than_asked_for(
    photos: tuple[Image.Image, ...],
) -> None:
    boxes = ((0, 0, 300, 300), (320, 0, 720, 400), (0, 420, 280, 720), (420, 420, 720, 720))
    frame = _placed((720, 720), *zip(photos[:4], boxes, strict=True), colour="white")
    found = region_boxes(frame, LARGE._replace(number=3))
    areas = [(right - left) * (bottom - top) for left, top, right, bottom in found]
    assert len(region_boxes(frame)) == len(found) + 1 == 4
    assert areas == sorted(areas, reverse=True)
    assert _overlap(found[0], boxes[1]) > 0.8


def test_should_find_none_in_photographs(photos: tuple[Image.Image, ...]) -> None:
    assert [region_boxes(photo) for photo in photos] == [[]] * len(photos)


@pytest.mark.parametrize("size", [(300, 400), (1000, 700), (60, 1600)])
def test_should_find_none_where_nothing_is_to_be_cut(size: tuple[int, int]) -> None:
    assert region_boxes(picture(*size)) == []
    assert region_boxes(Image.new("RGB", size, "white")) == []


def test_should_leave_out_what_is_small(photos: tuple[Image.Image, ...]) -> None:
    stamp = (300, 300, 380, 380)
    assert region_boxes(_placed((720, 720), (photos[0], stamp), colour="white")) == []


@settings(max_examples=80, deadline=None)
@given(
    width=st.integers(16, 500),
    height=st.integers(16, 500),
    lines=st.lists(st.tuples(st.booleans(), st.floats(0, 1), st.integers(1, 40)), max_size=8),
    levels=st.sampled_from([1, 2, 30, 256]),
    seed=st.integers(0, 1000),
)
def test_should_find_boxes_inside_any_frame(
    width: int, height: int, lines: list[tuple[bool, float, int]], levels: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, levels, (height, width, 3)).astype(np.uint8)
    for is_row, place, thickness in lines:
        axis = pixels if is_row else pixels.transpose(1, 0, 2)
        start = int(place * len(axis))
        axis[start : start + thickness] = 255
    found = region_boxes(Image.fromarray(pixels))
    assert len(found) <= LARGE.number
    for left, top, right, bottom in found:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
