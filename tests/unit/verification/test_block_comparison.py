"""Aligned pictures are compared block by block."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from PIL import Image

from lookalike.verification.block_comparison import (
    BLOCKS,
    FINE_BLOCKS,
    BlockComparison,
    compare_blocks,
    texture_agreement,
)
from lookalike.verification.block_maps import BlockMaps
from lookalike.verification.block_sums import PARTS
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.transforms import IDENTITY, Transform
from tests.unit.verification.builders import a_pack, cut_out, perspective, seen, turned

TEXTURED = 6


def _compared(
    query: Image.Image, stored: Image.Image, transform: Transform = IDENTITY
) -> BlockComparison:
    square = stored.resize((288, 288), Image.Resampling.LANCZOS)
    return compare_blocks(Pyramid(query), Pyramid(square), transform)


def _agreement(query: Image.Image, stored: Image.Image, transform: Transform = IDENTITY) -> float:
    return texture_agreement(Pyramid(query), Pyramid(stored), transform)


@pytest.mark.parametrize(
    "transform",
    [
        IDENTITY,
        cut_out(0.3, 0.2, 0.7, 0.9),
        cut_out(-0.5, -0.5, 1.5, 1.5),
        cut_out(2, 2, 3, 3),
        turned(20, (300, 400))[0],
        perspective([(0.1, 0), (0.9, 0.1), (1, 1), (-0.1, 0.8)]),
    ],
)
def test_should_give_maps_of_finite_values(
    transform: Transform, photos: tuple[Image.Image, ...]
) -> None:
    found = _compared(photos[0], photos[1], transform)
    smaller = [(found.fine, FINE_BLOCKS), (found.parts, PARTS)]
    if found.letters is not None:
        smaller.append((found.letters, PARTS))
    for blocks, side in ((found, BLOCKS), *smaller):
        for field in fields(blocks):
            if field.name in ("fine", "parts", "letters", "pixels", "fineness"):
                continue
            values = getattr(blocks, field.name)
            assert values.shape[:2] == (side, side)
            assert values.shape[2:] == ((3,) if field.name.endswith("rgb") else ())
            assert np.isfinite(values).all(), field.name
    for agreement in (found.agreement, found.exact_agreement, found.coarse_agreement):
        assert np.abs(agreement).max() <= 1 + 1e-5
    assert 0 <= found.shown.min() <= found.shown.max() <= 1 + 1e-6
    for rgb in (found.query_rgb, found.stored_rgb):
        assert 0 <= rgb.min() <= rgb.max() <= 255.01


@pytest.mark.parametrize("number", range(5))
def test_should_agree_everywhere_with_itself(number: int, photos: tuple[Image.Image, ...]) -> None:
    found = _compared(photos[number], photos[number])
    textured = found.stored_texture > 2 * TEXTURED
    assert found.agreement[textured].min() > 0.9
    assert found.coarse_agreement[textured].min() > 0.9
    assert found.query_texture == pytest.approx(found.stored_texture, abs=4)
    assert np.abs(found.query_rgb - found.stored_rgb).max() < 8
    assert found.shown[1:-1, 1:-1].min() == pytest.approx(1)


@pytest.mark.parametrize("number", range(4))
def test_should_not_agree_with_an_unrelated_picture(
    number: int, photos: tuple[Image.Image, ...]
) -> None:
    found = _compared(photos[number], photos[number + 1])
    textured = np.maximum(found.query_texture, found.stored_texture) > TEXTURED
    assert np.median(found.exact_agreement[textured]) < 0.2
    assert np.median(found.agreement[textured]) < 0.4


def test_should_forgive_one_pixel(photos: tuple[Image.Image, ...]) -> None:
    one = cut_out(1 / 192, 0, 1 + 1 / 192, 1)
    found = _compared(seen(photos[0], one), photos[0])
    textured = found.stored_texture > 2 * TEXTURED
    assert np.median(found.agreement[textured]) > 0.9
    assert (found.agreement >= found.exact_agreement).all()
    assert np.median(found.exact_agreement[textured]) < np.median(found.agreement[textured])


def test_should_disagree_where_something_was_laid_over(photos: tuple[Image.Image, ...]) -> None:
    """A patch of another photograph over the middle, and nowhere else."""
    stored = photos[0].resize((384, 384))
    query = stored.copy()
    query.paste(photos[1].resize((384, 384)).crop((144, 144, 240, 240)), (144, 144))
    found = _compared(query, stored)
    textured = np.maximum(found.query_texture, found.stored_texture) > TEXTURED
    covered = np.zeros_like(textured)
    covered[6:10, 6:10] = True
    assert np.median(found.coarse_agreement[covered & textured]) < 0.5
    around = textured.copy()
    around[5:11, 5:11] = False
    assert np.percentile(found.coarse_agreement[around], 5) > 0.75


def test_should_compare_what_is_shown_alone(photos: tuple[Image.Image, ...]) -> None:
    part = cut_out(0.25, 0.25, 0.75, 0.75)
    found = _compared(seen(photos[0], part), photos[0], part)
    assert found.shown[5:11, 5:11].min() == pytest.approx(1)
    hidden = found.shown == 0
    assert hidden[:3].all()
    assert found.query_texture[hidden].max() == found.stored_texture[hidden].max() == 0
    assert found.query_rgb[:3].max() == found.stored_rgb[:3].max() == 0
    inner = found.stored_texture[5:11, 5:11] > TEXTURED
    assert np.median(found.agreement[5:11, 5:11][inner]) > 0.9


def _least(maps: BlockMaps | None) -> float:
    """The agreement of the parts, textured in both pictures, that agree least."""
    assert maps is not None
    both = np.minimum(maps.query_texture, maps.stored_texture) > TEXTURED
    return float(np.sort(maps.agreement[both])[:6].mean())


def test_should_see_in_letters_what_no_block_shows() -> None:
    """Another word disagrees in parts as small as a letter, most where they are finest."""
    same, other = (
        _compared(a_pack(text), a_pack("Moon Bean")) for text in ("Moon Bean", "Solo Bean")
    )
    assert _least(other.fine) > 0.5
    assert _least(other.letters) < 0.3
    assert _least(other.letters) < _least(other.parts) < _least(other.fine)
    assert _least(same.letters) > 0.5


def test_should_compare_letters_only_where_nearly_all_agrees(
    photos: tuple[Image.Image, ...],
) -> None:
    assert _compared(photos[0], photos[1]).letters is None
    assert _compared(photos[0], photos[0]).letters is not None


@pytest.mark.parametrize("part", [(0, 0, 1, 1), (0.1, 0.05, 0.9, 0.95)])
@pytest.mark.parametrize("reduced", ["query", "stored"])
def test_should_compare_no_finer_than_both_pictures_are(
    reduced: str, part: tuple[float, float, float, float]
) -> None:
    """What one of them is too small to show does not make another word of it."""
    pack = a_pack("Moon Bean")
    small = pack.resize((150, 150), Image.Resampling.LANCZOS)
    asked, stored = (small, pack) if reduced == "query" else (pack, small)
    query = asked.crop([round(asked.width * side) for side in part])  # type: ignore[arg-type]
    known = Pyramid(stored.resize((288, 288), Image.Resampling.LANCZOS), stored.size)
    found = compare_blocks(Pyramid(query), known, cut_out(*part))
    assert found.fineness == pytest.approx(150 / 288, abs=0.01)
    assert _least(found.letters) > 0.8


@pytest.mark.parametrize("side", [150, 200])
def test_should_still_see_another_word_in_two_small_pictures(side: int) -> None:
    """Neither is finer than the other one, so that neither is reduced."""
    same, other = (
        compare_blocks(Pyramid(_of_side(a_pack(text), side)), _known("Moon Bean", side), IDENTITY)
        for text in ("Moon Bean", "Solo Bean")
    )
    assert same.fineness == other.fineness == pytest.approx(side / 288, abs=0.01)
    assert _least(other.letters) < 0.45
    assert _least(same.letters) > 0.85


def _known(text: str, side: int) -> Pyramid:
    """A stored picture of a pack, of which so many pixels were known."""
    return Pyramid(_of_side(_of_side(a_pack(text), side), 288), (side, side))


def _of_side(picture: Image.Image, side: int) -> Image.Image:
    return picture.resize((side, side), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("finer", ["query", "stored"])
def test_should_reduce_a_picture_along_the_side_that_is_finer(finer: str) -> None:
    """Stripes across stay, and those down, which the other picture cannot show, are lost."""
    stripes = np.zeros((288, 288), np.uint8)
    stripes[:, ::8] = stripes[:, 1::8] = 200
    across, down = (Image.fromarray(each).convert("RGB") for each in (stripes, stripes.T))
    for picture, is_kept in ((across, True), (down, False)):
        pixels = ((288, 30), (288, 288)) if finer == "stored" else ((288, 288), (288, 30))
        query, stored = (Pyramid(picture, each) for each in pixels)
        found = compare_blocks(query, stored, IDENTITY)
        texture = found.query_texture if finer == "query" else found.stored_texture
        assert (float(np.median(texture)) > 20) == is_kept


@pytest.mark.parametrize("finer", ["query", "stored"])
def test_should_let_hidden_parts_say_nothing_about_those_beside_them(finer: str) -> None:
    """A plain part stays plain, however much either picture is reduced and noise lies around it."""
    noise = np.random.default_rng(0).integers(0, 256, (288, 288, 3)).astype(np.uint8)
    stored = Image.fromarray(noise)
    stored.paste((128, 128, 128), (80, 80, 208, 208))
    pixels = ((400, 400), (60, 60)) if finer == "query" else ((24, 24), (288, 288))
    query = Pyramid(Image.new("RGB", (400, 400), (128, 128, 128)), pixels[0])
    part = cut_out(82 / 288, 82 / 288, 206 / 288, 206 / 288)
    found = compare_blocks(query, Pyramid(stored, pixels[1]), part)
    assert found.fine.shown.max() == pytest.approx(1)
    assert found.fine.query_texture.max() < 1
    assert found.fine.stored_texture.max() < 1


def test_should_tell_the_mean_colours_of_blocks() -> None:
    red, blue = (Image.new("RGB", (192, 192), colour) for colour in ("red", "blue"))
    found = _compared(red, blue)
    assert found.query_rgb[8, 8].tolist() == [255, 0, 0]
    assert found.stored_rgb[8, 8].tolist() == [0, 0, 255]
    assert found.query_texture.max() == 0


def test_should_find_noise_in_plain_blocks_no_agreement() -> None:
    rng = np.random.default_rng(0)
    noises = [
        Image.fromarray(rng.integers(126, 131, (192, 192, 3)).astype(np.uint8)) for _ in range(2)
    ]
    found = _compared(noises[0], noises[1])
    assert np.abs(found.exact_agreement).max() < 0.4


def test_should_agree_in_texture_with_itself_alone(photos: tuple[Image.Image, ...]) -> None:
    assert _agreement(photos[0], photos[0]) > 0.95
    assert _agreement(photos[0], photos[1]) < 0.3
    assert _agreement(photos[0].transpose(Image.Transpose.ROTATE_180), photos[0]) < 0.3


def test_should_agree_less_in_texture_where_the_transform_is_wrong(
    photos: tuple[Image.Image, ...],
) -> None:
    true = cut_out(0.2, 0.2, 0.8, 0.8)
    query = seen(photos[0], true)
    right = _agreement(query, photos[0], true)
    assert right > 0.5
    assert _agreement(query, photos[0], cut_out(0.24, 0.2, 0.84, 0.8)) < right / 2
    assert _agreement(query, photos[0], cut_out(3, 3, 4, 4)) == 0
