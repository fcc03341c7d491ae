"""Foregrounds, backgrounds and recolourings on pictures whose parts are known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from lookalike.evaluation.edits import CHAINS, EDITS, RECOLOURINGS, backgrounds, visibly_recoloured
from lookalike.evaluation.edits.backgrounds import drawn_backdrop, foreground
from lookalike.evaluation.edits.recolourings import turn_hue

GARMENT = (80, 60, 220, 330)
"""The place of the garment in a picture of 300 x 400 pixels: 28 % of it."""
RED = (190, 40, 50)
KEEPING_THE_COLOUR = (
    "unchanged",
    "jpeg30",
    "webp50",
    "scale50",
    "thumbnail100_enlarged",
    "noise12",
)


def _product(ground: str) -> Image.Image:
    """A red garment with a pattern on white paper or on a green, uneven floor."""
    rng = np.random.default_rng(5)
    if ground == "paper":
        image = Image.new("RGB", (300, 400), (250, 250, 249))
    else:
        floor = np.array((60, 110, 70)) + rng.normal(0, 12, (400, 300, 3))
        image = Image.fromarray(np.clip(floor, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    draw.rectangle(GARMENT, fill=RED)
    for y in range(80, 320, 20):
        draw.line((90, y, 210, y + 8), fill=(150, 20, 90), width=4)
    return image


def _garment() -> NDArray[np.bool_]:
    mask = np.zeros((400, 300), np.bool_)
    mask[GARMENT[1] : GARMENT[3] + 1, GARMENT[0] : GARMENT[2] + 1] = True
    return mask


def _levels(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image, np.float32)


def _changed(name: str, image: Image.Image) -> Image.Image:
    return (EDITS | CHAINS | RECOLOURINGS)[name](image, np.random.default_rng(0))


@pytest.mark.parametrize("ground", ["paper", "floor"])
def test_should_find_the_foreground(ground: str) -> None:
    found, true = foreground(_product(ground)), _garment()
    assert found.shape == true.shape
    assert (found & true).sum() / (found | true).sum() > 0.95


@pytest.mark.parametrize("ground", ["paper", "floor"])
def test_should_find_the_same_foreground_again(ground: str) -> None:
    first = foreground(_product(ground))
    backgrounds._small_mask.cache_clear()
    cv2.setRNGSeed(12345)
    assert (foreground(_product(ground)) == first).all()


@pytest.mark.parametrize("size", [(300, 400), (90, 600), (64, 64)])
@pytest.mark.parametrize("level", [255, 128, 0])
def test_should_take_the_middle_of_a_picture_without_foreground(
    size: tuple[int, int], level: int
) -> None:
    mask = foreground(Image.new("RGB", size, (level, level, level)))
    assert mask.shape == (size[1], size[0])
    assert mask[size[1] // 2, size[0] // 2]
    assert not mask[:2].any()
    assert not mask[:, :2].any()
    assert 0.4 < mask.mean() < 0.7


@pytest.mark.parametrize("name", ["background_white", "background_replaced"])
def test_should_change_only_the_background(name: str) -> None:
    before, after = _levels(_product("floor")), _levels(_changed(name, _product("floor")))
    moved = np.abs(before - after).max(axis=2) > 25
    assert moved[_garment()].mean() < 0.05
    assert moved[~_garment()].mean() > 0.90


def test_should_put_white_behind_the_product() -> None:
    after = _levels(_changed("background_white", _product("floor")))
    assert (after[:40] == 255).all()


def test_should_draw_backdrops_of_every_kind() -> None:
    drawn = {drawn_backdrop((90, 120), np.random.default_rng(seed)).tobytes() for seed in range(9)}
    assert len(drawn) == 9


@pytest.mark.parametrize("name", [n for n in RECOLOURINGS if not n.startswith("region")])
@pytest.mark.parametrize("ground", ["paper", "floor"])
def test_should_recolour_visibly(name: str, ground: str) -> None:
    product = _product(ground)
    assert visibly_recoloured(product, _changed(name, product))


@pytest.mark.parametrize("name", ["garment_hue60", "garment_hue180", "dye_dark", "dye_light"])
@pytest.mark.parametrize("ground", ["paper", "floor"])
def test_should_recolour_only_the_garment(name: str, ground: str) -> None:
    before = _product(ground)
    moved = np.abs(_levels(before) - _levels(_changed(name, before))).max(axis=2) > 25
    assert moved[_garment()].mean() > 0.9
    assert moved[~_garment()].mean() < 0.05


def test_should_dye_by_lightness() -> None:
    garment = _garment()
    levels = {
        name: _levels(_changed(name, _product("paper")))[garment].mean()
        for name in ("dye_dark", "unchanged", "dye_light")
    }
    assert levels["dye_dark"] < levels["unchanged"] - 40
    assert levels["unchanged"] < levels["dye_light"] - 40


@pytest.mark.parametrize(
    ("degrees", "expected"), [(120, (40, 190, 50)), (240, (50, 40, 190)), (0, RED)]
)
def test_should_turn_hues_on_the_circle(degrees: float, expected: tuple[int, int, int]) -> None:
    turned = turn_hue(Image.new("RGB", (4, 4), RED), degrees).getpixel((0, 0))
    assert turned == pytest.approx(expected, abs=12)


def test_should_not_change_grey_visibly() -> None:
    grey = Image.linear_gradient("L").convert("RGB")
    assert not visibly_recoloured(grey, _changed("hue180", grey))


@pytest.mark.parametrize("name", KEEPING_THE_COLOUR)
@pytest.mark.parametrize("ground", ["paper", "floor"])
def test_should_not_take_lost_quality_for_a_recolouring(name: str, ground: str) -> None:
    product = _product(ground)
    assert not visibly_recoloured(product, _changed(name, product))


@pytest.mark.parametrize(("share", "visible"), [(0.08, False), (0.12, True)])
def test_should_see_changes_of_a_tenth_of_the_picture(share: float, visible: bool) -> None:  # noqa: FBT001 - expected
    before = Image.new("RGB", (200, 200), (120, 120, 120))
    after = before.copy()
    after.paste((200, 60, 60), (0, 0, 200, round(200 * share)))
    assert visibly_recoloured(before, after) == visible


@pytest.mark.parametrize(("lighter", "visible"), [(26, False), (34, True)])
def test_should_see_a_delta_e_of_12(lighter: int, visible: bool) -> None:  # noqa: FBT001 - expected
    """Grey of level 100 has L* 42.4; of 126 it has 52.8, of 134 it has 55.9."""
    before, after = (Image.new("RGB", (60, 60), (level,) * 3) for level in (100, 100 + lighter))
    assert visibly_recoloured(before, after) == visible
