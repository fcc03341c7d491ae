"""Recolourings of one region change it alone, and prints stay on the product."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lookalike.evaluation.edits import (
    HARD_NEGATIVES,
    RECOLOURINGS,
    noticeably_recoloured,
    region_colours,
)
from lookalike.evaluation.edits.garments import opacity_of, regions
from lookalike.evaluation.edits.levels import lab_of
from lookalike.evaluation.edits.region_colours import DARK, PALE, two_colours
from tests.images import picture

SHIRT, TROUSERS, HEAD = (80, 90, 220, 230), (95, 231, 205, 380), (120, 20, 180, 88)
PALE_BLUE, BLACK, TEAL, SKIN = (196, 214, 232), (26, 26, 30), (40, 130, 120), (224, 172, 140)
SEEDS = range(12)
Colour = tuple[int, int, int]


def _model(shirt: Colour, trousers: Colour) -> Image.Image:
    """A person of three colours on white."""
    image = Image.new("RGB", (300, 400), (254, 254, 254))
    draw = ImageDraw.Draw(image)
    for box, colour in ((SHIRT, shirt), (TROUSERS, trousers), (HEAD, SKIN)):
        draw.rectangle(box, fill=colour)
    return image


def _inside(box: tuple[int, int, int, int], margin: int = 0) -> NDArray[np.bool_]:
    mask = np.zeros((400, 300), np.bool_)
    left, top, right, bottom = box
    mask[top - margin : bottom + margin + 1, left - margin : right + margin + 1] = True
    return mask


def _moved(before: Image.Image, after: Image.Image) -> NDArray[np.float32]:
    """Delta E of each pixel."""
    distance = np.linalg.norm(lab_of(before) - lab_of(after), axis=2)
    return np.asarray(distance, np.float32)


def _dyed(name: str, before: Image.Image, seed: int) -> Image.Image:
    return RECOLOURINGS[name](before, np.random.default_rng(seed))


def test_should_find_garments_and_not_skin() -> None:
    found = regions(_model(PALE_BLUE, BLACK))
    assert [region.lightness for region in found] == pytest.approx([84, 9], abs=1.5)


def test_should_take_light_and_shadow_of_one_dye_for_one_region() -> None:
    shaded = np.asarray(_model(TEAL, BLACK), np.float32)
    shaded[90:231] *= np.linspace(0.7, 1.15, 141)[:, None, None]
    largest = regions(Image.fromarray(np.clip(shaded, 0, 255).astype(np.uint8)))[0]
    assert largest.mask.mean() == pytest.approx(_inside(SHIRT).mean(), abs=0.02)


def test_should_end_a_region_where_the_colour_changes() -> None:
    model = _model(TEAL, BLACK)
    opacity = opacity_of(regions(model)[0], model)
    assert opacity[_inside(SHIRT, -2)].min() > 0.9
    assert opacity[~_inside(SHIRT, 5)].max() < 0.1


@pytest.mark.parametrize(
    ("name", "shirt", "trousers", "box"),
    [
        ("region_pale", PALE_BLUE, BLACK, SHIRT),
        ("region_dark", PALE_BLUE, BLACK, TROUSERS),
        ("region_mid", TEAL, BLACK, SHIRT),
        ("region_any", TEAL, BLACK, SHIRT),
    ],
)
def test_should_change_one_region_and_leave_the_rest_to_the_pixel(
    name: str, shirt: Colour, trousers: Colour, box: tuple[int, int, int, int]
) -> None:
    before = _model(shirt, trousers)
    for seed in SEEDS:
        moved = _moved(before, _dyed(name, before, seed))
        assert np.median(moved[_inside(box)]) > 5
        assert moved[~_inside(box, 8)].max() == 0


@pytest.mark.parametrize(("name", "low", "high"), [("region_pale", 74, 98), ("region_dark", 3, 38)])
def test_should_stay_pale_or_dark(name: str, low: float, high: float) -> None:
    before = _model(PALE_BLUE, BLACK)
    box = SHIRT if name == "region_pale" else TROUSERS
    for seed in SEEDS:
        lightness = lab_of(_dyed(name, before, seed))[_inside(box, -5)][:, 0]
        assert low < np.median(lightness) < high


def test_should_draw_small_and_large_differences() -> None:
    before = _model(PALE_BLUE, BLACK)
    moved = [
        np.median(_moved(before, _dyed("region_pale", before, s))[_inside(SHIRT)])
        for s in range(30)
    ]
    small = [distance for distance in moved if distance < 12.5]
    assert min(moved) > 5
    assert 8 < len(small) < 22
    assert max(moved) > 15


def test_should_give_each_region_a_colour_of_its_own() -> None:
    before = _model(TEAL, BLACK)
    for seed in SEEDS:
        after = _dyed("regions_all", before, seed)
        moved = _moved(before, after)
        shirt, trousers = (np.median(moved[_inside(box)]) for box in (SHIRT, TROUSERS))
        assert min(shirt, trousers) > 5
        assert moved[~(_inside(SHIRT, 8) | _inside(TROUSERS, 8))].max() == 0
        shift = lab_of(after) - lab_of(before)
        apart = [np.median(shift[_inside(box)], axis=0) for box in (SHIRT, TROUSERS)]
        assert np.linalg.norm(apart[0] - apart[1]) > 5


def test_should_divide_what_two_regions_cover(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is dyed twice, and nothing of the picture shines through."""
    dyes = iter([(200, 0, 0), (0, 0, 100)])
    monkeypatch.setattr(
        region_colours, "_dye", lambda picture, *_: Image.new("RGB", picture.size, next(dyes))
    )
    monkeypatch.setattr(
        region_colours, "opacity_of", lambda *_: np.full((400, 300), 0.8, np.float32)
    )
    after = np.asarray(_dyed("regions_all", _model(TEAL, BLACK), 0))
    assert (after == (100, 0, 50)).all()


def test_should_keep_the_shading_of_a_region() -> None:
    """Darker stripes stay darker."""
    before = _model(TEAL, BLACK)
    ImageDraw.Draw(before).rectangle((80, 150, 220, 160), fill=(34, 112, 103))
    for seed in SEEDS:
        after = lab_of(_dyed("region_any", before, seed))[:, :, 0]
        assert after[155, 150] < after[130, 150] - 1


def test_should_leave_a_picture_without_such_a_region() -> None:
    before = _model(TEAL, TEAL)
    assert all(_dyed("region_pale", before, seed) is before for seed in SEEDS)
    blank = Image.new("RGB", (90, 120), "white")
    assert two_colours(blank, PALE, np.random.default_rng(0)) == (blank, blank)
    assert _dyed("regions_all", blank, 0) is blank


@pytest.mark.parametrize(("palette", "low", "high"), [(PALE, 70, 99), (DARK, 3, 40)])
def test_should_give_any_garment_two_pale_or_two_dark_colours(
    palette: object, low: float, high: float
) -> None:
    before = _model(TEAL, BLACK)
    for seed in SEEDS:
        pair = two_colours(before, PALE if palette is PALE else DARK, np.random.default_rng(seed))
        for dyed in pair:
            assert low < np.median(lab_of(dyed)[_inside(SHIRT, -5)][:, 0]) < high
        moved = _moved(*pair)
        assert np.median(moved[_inside(SHIRT)]) > 4
        assert moved[~_inside(SHIRT, 8)].max() == 0


def test_should_notice_small_recolourings_and_not_lost_quality() -> None:
    before = _model(PALE_BLUE, BLACK)
    assert all(noticeably_recoloured(before, _dyed("region_pale", before, s)) for s in SEEDS)
    assert not noticeably_recoloured(before, before.resize((150, 200)).resize((300, 400)))


@pytest.mark.parametrize("name", ["other_print", "other_label", "other_strip", "other_words"])
def test_should_differ_only_in_a_part_of_the_product(name: str) -> None:
    model = _model(PALE_BLUE, BLACK)
    product = _inside(SHIRT, 6) | _inside(TROUSERS, 6) | _inside(HEAD, 6)
    shares = []
    for seed in SEEDS:
        first, second = HARD_NEGATIVES[name](model, picture(200, 260), np.random.default_rng(seed))
        moved = _moved(first, second)
        assert moved[~product].max() < 1
        assert _moved(model, first)[product].max() > 5
        shares.append(float((moved > 5).sum() / product.sum()))
    assert np.median(shares) > 0.01
    assert max(shares) < 0.5


def test_should_put_prints_on_the_garment_alone() -> None:
    model = _model(PALE_BLUE, BLACK)
    for seed in SEEDS:
        pair = HARD_NEGATIVES["other_print"](model, picture(200, 260), np.random.default_rng(seed))
        assert all(_moved(model, printed)[~_inside(SHIRT, 6)].max() < 1 for printed in pair)


def test_should_print_in_the_light_of_the_garment() -> None:
    """A print across a shadow is darker in it."""
    levels = np.asarray(_model(PALE_BLUE, BLACK), np.float32).copy()
    levels[90:231, 150:] *= 0.7
    shaded = Image.fromarray(levels.astype(np.uint8))
    white = Image.new("RGB", (90, 90), (230, 230, 230))
    differences = []
    for seed in range(30):
        first, _ = HARD_NEGATIVES["other_print"](shaded, white, np.random.default_rng(seed))
        moved = _moved(shaded, first) > 3
        left, right = (
            moved & _inside(box, 0) for box in ((100, 110, 140, 210), (160, 110, 200, 210))
        )
        if min(left.sum(), right.sum()) > 200:
            lightness = lab_of(first)[:, :, 0]
            differences.append(float(lightness[left].mean() - lightness[right].mean()))
    assert len(differences) > 4
    assert np.median(differences) > 5


@pytest.mark.parametrize("name", ["shared_card", "shared_phone"])
def test_should_show_each_picture_in_the_window_of_one_page(name: str) -> None:
    known, strange = (
        Image.new("RGB", (300, 400), colour) for colour in ((255, 0, 255), (0, 255, 255))
    )
    alike = []
    for seed in range(30):
        pair = HARD_NEGATIVES[name](known, strange, np.random.default_rng(seed))
        assert pair[0].size == pair[1].size
        first, second = (np.asarray(page) for page in pair)
        shown = (first == (255, 0, 255)).all(axis=2)
        assert 0.04 < shown.mean() < 0.62
        assert (second[shown] == (0, 255, 255)).all(axis=1).mean() > 0.99
        alike.append(float((first == second).all(axis=2).mean() / (1 - shown.mean())))
    assert np.median(alike) > 0.9
    assert min(alike) < 0.995
