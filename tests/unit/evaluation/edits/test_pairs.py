"""Composites show the known picture; hard negatives show another product in the same setting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from lookalike.evaluation.edits import COMPOSITES, HARD_NEGATIVES, product_pairs
from lookalike.evaluation.edits.backgrounds import on_plain_ground
from lookalike.evaluation.edits.cards import CARD_PAIRS
from lookalike.evaluation.edits.product_pairs import PRODUCT_PAIRS
from tests.images import picture

KNOWN, STRANGE = (255, 0, 255), (0, 255, 255)
SEEDS = range(12)
Levels = NDArray[np.int16]


def _plain(size: tuple[int, int], colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", size, colour)


def _joined(name: str, seed: int, size: tuple[int, int] = (300, 400)) -> Image.Image:
    rng = np.random.default_rng(seed)
    return COMPOSITES[name](_plain(size, KNOWN), _plain((320, 380), STRANGE), rng)


def _box(image: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the box that is filled with a colour."""
    mask = (np.asarray(image) == colour).all(axis=2)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    assert mask[top:bottom, left:right].all()
    return int(left), int(top), int(right), int(bottom)


def _apart(pair: tuple[Image.Image, Image.Image]) -> Levels:
    first, second = (np.asarray(image, np.int16) for image in pair)
    apart: Levels = np.abs(first - second).max(axis=2)
    return apart


@pytest.fixture(scope="module")
def products(sample_pictures: tuple[Path, ...]) -> list[Image.Image]:
    """Photographs of four products."""
    return [Image.open(path).convert("RGB") for path in sample_pictures[:40:10]]


@pytest.mark.parametrize("size", [(300, 400), (400, 300), (900, 1000)])
def test_should_show_the_picture_on_a_page_at_45_to_65_percent(size: tuple[int, int]) -> None:
    shares, places = [], set()
    for seed in SEEDS:
        page = _joined("screenshot_page", seed, size)
        left, top, right, bottom = _box(page, KNOWN)
        shares.append((right - left) / page.width)
        places.add(left / page.width)
        assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1], abs=0.01)
    assert min(shares) >= 0.44
    assert max(shares) <= 0.66
    assert max(places) - min(places) > 0.2


def test_should_sometimes_show_other_pictures_below_on_a_page() -> None:
    shown = [
        (np.asarray(_joined("screenshot_page", seed)) == STRANGE).all(axis=2).any()
        for seed in SEEDS
    ]
    assert 0 < sum(shown) < len(shown)


def test_should_show_the_picture_over_the_full_width_of_a_phone() -> None:
    for seed in SEEDS:
        screen = _joined("screenshot_phone", seed)
        left, top, right, bottom = _box(screen, KNOWN)
        assert (left, right) == (0, screen.width)
        assert 0 < top < bottom < screen.height
        assert screen.height >= 1.8 * screen.width


@pytest.mark.parametrize(("name", "first"), [("collage_left", True), ("collage_right", False)])
def test_should_put_two_pictures_side_by_side(name: str, first: bool) -> None:  # noqa: FBT001 - expected
    gaps = set()
    for seed in SEEDS:
        collage = _joined(name, seed)
        known, strange = _box(collage, KNOWN), _box(collage, STRANGE)
        assert (known[1], known[3]) == (strange[1], strange[3]) == (0, collage.height)
        left, right = (known, strange) if first else (strange, known)
        assert (left[0], right[2]) == (0, collage.width)
        gaps.add(right[0] - left[2])
    assert min(gaps) >= 0
    assert 6 < max(gaps) <= 12


def test_should_put_one_picture_above_the_other() -> None:
    order = set()
    for seed in SEEDS:
        collage = _joined("collage_stacked", seed)
        known, strange = _box(collage, KNOWN), _box(collage, STRANGE)
        assert (known[0], known[2]) == (strange[0], strange[2]) == (0, collage.width)
        order.add(known[1] < strange[1])
    assert order == {True, False}


def test_should_keep_the_picture_upright_when_stacked() -> None:
    known = picture(60, 80)
    stacked = COMPOSITES["collage_stacked"](known, picture(60, 80, 1), np.random.default_rng(0))
    halves = (stacked.crop((0, 0, 60, 80)), stacked.crop((0, stacked.height - 80, 60, 9999)))
    assert known.tobytes() in {half.crop((0, 0, 60, 80)).tobytes() for half in halves}


@pytest.mark.parametrize("name", HARD_NEGATIVES)
def test_should_generate_the_same_pair_for_the_same_seed(
    name: str, products: list[Image.Image]
) -> None:
    before = [product.tobytes() for product in products]
    first, second = (
        HARD_NEGATIVES[name](products[0], products[1], np.random.default_rng(4)) for _ in range(2)
    )
    assert [image.tobytes() for image in first] == [image.tobytes() for image in second]
    assert [product.tobytes() for product in products] == before


@pytest.mark.parametrize("name", [n for n in HARD_NEGATIVES if n not in CARD_PAIRS | PRODUCT_PAIRS])
def test_should_show_another_product_in_a_substantial_part(
    name: str, products: list[Image.Image]
) -> None:
    for seed in range(4):
        pair = HARD_NEGATIVES[name](products[seed], products[seed - 1], np.random.default_rng(seed))
        assert pair[0].size == pair[1].size
        assert (_apart(pair) > 20).mean() > 0.2


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("shared_banner", 0.05),
        ("shared_logo", 0.015),
        ("shared_frame", 0.20),
        ("shared_size_chart", 0.30),
        ("shared_template", 0.40),
    ],
)
def test_should_share_what_the_name_says(name: str, least: float) -> None:
    """A black and a white picture agree only in what was added to both."""
    pictures = _plain((300, 400), (0, 0, 0)), _plain((330, 370), (255, 255, 255))
    for seed in SEEDS:
        pair = HARD_NEGATIVES[name](*pictures, np.random.default_rng(seed))
        alike = (_apart(pair) < 160).mean()
        assert least <= alike <= 0.65


def test_should_keep_the_backdrop_and_hide_the_product() -> None:
    """A blue square replaces a red one on green."""
    stored, other = _plain((300, 400), (40, 120, 50)), _plain((400, 300), (230, 228, 230))
    stored.paste((200, 30, 30), (100, 120, 220, 260))
    other.paste((20, 40, 200), (60, 60, 240, 260))
    same, query = HARD_NEGATIVES["shared_backdrop"](stored, other, np.random.default_rng(0))
    levels = np.asarray(query, np.int16)
    red, green, blue = (levels[:, :, channel] for channel in range(3))
    assert same is stored
    assert ((red > 150) & (blue < 100)).mean() < 0.005
    assert ((blue > 150) & (red < 90)).mean() > 0.25
    assert (np.abs(levels - (40, 120, 50)).max(axis=2)[:40] < 15).mean() > 0.99
    assert ((green > 90) & (blue < 100)).mean() > 0.4


def test_should_cover_enough_even_if_the_stored_product_is_small() -> None:
    stored, other = _plain((300, 400), (240, 240, 240)), _plain((300, 400), (240, 240, 240))
    stored.paste((200, 30, 30), (10, 10, 100, 130))
    other.paste((20, 40, 200), (100, 100, 200, 250))
    _, query = HARD_NEGATIVES["shared_backdrop"](stored, other, np.random.default_rng(0))
    assert (np.asarray(query)[:, :, 0] < 90).mean() == pytest.approx(0.30, abs=0.03)


@pytest.mark.parametrize("name", PRODUCT_PAIRS)
def test_should_put_two_products_of_a_scene_on_white(
    name: str, products: list[Image.Image]
) -> None:
    """Scenes of two products do not agree to the pixel; mock-ups and packshots do."""
    for image in PRODUCT_PAIRS[name](products[0], products[1], np.random.default_rng(1)):
        border = np.asarray(image)[[0, -1]].reshape(-1, 3)
        assert (border > 240).all(axis=1).mean() > 0.5


def test_should_leave_a_plain_ground_as_it_is() -> None:
    shown = _plain((300, 400), (225, 228, 230))
    shown.paste((200, 30, 30), (100, 120, 220, 260))
    assert on_plain_ground(shown) is shown


def test_should_uncover_in_one_picture_what_a_print_covers_in_the_other() -> None:
    """Some prints share a place, and others have one of their own."""
    garment = _plain((300, 400), (240, 240, 240))
    garment.paste((60, 90, 140), (60, 60, 240, 360))
    shared = []
    for seed in SEEDS:
        pair = PRODUCT_PAIRS["other_print"](garment, picture(90, 120), np.random.default_rng(seed))
        boxes = [_changed(garment, printed) for printed in pair]
        shared.append(np.logical_and(*boxes).sum() / np.logical_or(*boxes).sum())
    assert min(shared) < 0.4
    assert max(shared) > 0.9


@pytest.mark.parametrize("name", ["other_label", "other_strip", "other_words"])
def test_should_show_two_products_that_look_different(name: str) -> None:
    """A label that lies beside the product, or in its colours, is drawn anew."""
    pack = _plain((300, 400), (250, 250, 250))
    pack.paste((18, 18, 20), (140, 30, 160, 380))
    for seed in range(30):
        pair = PRODUCT_PAIRS[name](pack, picture(90, 120), np.random.default_rng(seed))
        assert (_apart(pair) > 16).sum() >= 60


def test_should_exchange_one_line_of_words() -> None:
    """All else on the label is as it was."""
    pack = _plain((300, 400), (250, 250, 250))
    pack.paste((200, 190, 170), (50, 50, 250, 350))
    for seed in SEEDS:
        pair = PRODUCT_PAIRS["other_words"](pack, picture(9, 9), np.random.default_rng(seed))
        changed = np.flatnonzero((_apart(pair) > 16).any(axis=1))
        label = [np.flatnonzero((_apart((pack, each)) > 4).any(axis=1)) for each in pair]
        assert np.ptp(changed) < 0.8 * min(map(np.ptp, label)) + 1


def test_should_take_the_most_different_pair_where_all_look_alike() -> None:
    shades = iter(range(100, 106))
    pairs = [(_plain((64, 64), (100, 100, 100)), _plain((64, 64), (s, s, s))) for s in shades]
    drawn = iter(pairs * 2)
    assert product_pairs._told_apart(lambda: next(drawn)) == pairs[0]
    assert next(drawn, None) is None


def _changed(before: Image.Image, after: Image.Image) -> NDArray[np.bool_]:
    """The box around all that differs between two pictures."""
    rows, columns = np.nonzero(_apart((before, after)) > 40)
    box = np.zeros((before.height, before.width), np.bool_)
    box[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    return box
