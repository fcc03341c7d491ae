"""Fine blocks tell where something small differs, and whether faint texture agrees."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from lookalike.verification.block_comparison import compare_blocks
from lookalike.verification.block_maps import BlockMaps, pooled_agreement
from lookalike.verification.detail_features import detail_features
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.transforms import IDENTITY
from tests.unit.verification.builders import fine_blocks

SIDE = 192


def _compared(query: Image.Image, stored: Image.Image) -> BlockMaps:
    return compare_blocks(Pyramid(query), Pyramid(stored), IDENTITY).fine


def _garment(print_of: int | None = None, folds: int | None = 1) -> Image.Image:
    """A pale garment on white, with folds, and with a print on its chest."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    body = np.full((120, 100), 200.0)
    if folds is not None:
        rows, columns = np.mgrid[:120, :100]
        rng = np.random.default_rng(folds)
        for _ in range(6):
            slope, phase = rng.uniform(0.05, 0.2), rng.uniform(0, 6)
            body += 3 * np.sin(slope * columns + rng.uniform(-0.1, 0.1) * rows + phase)
    picture.paste(Image.fromarray(body.astype(np.uint8)).convert("RGB"), (46, 36))
    if print_of is not None:
        draw, rng = ImageDraw.Draw(picture), np.random.default_rng(print_of)
        for _ in range(8):
            x, y = rng.integers(70, 105, 2).tolist()
            draw.rectangle((x, y, x + 14, y + 5), fill=tuple(rng.integers(0, 120, 3).tolist()))
    return picture


def test_should_find_nothing_against_the_same_picture(photos: tuple[Image.Image, ...]) -> None:
    found = detail_features(_compared(photos[0], photos[0].resize((SIDE, SIDE))))
    assert found["fine_agreement"] > 0.9
    assert found["fine_contradicting"] < 0.02
    assert found["added_part"] == found["removed_part"] == 0


def test_should_find_another_print_where_all_else_agrees() -> None:
    same = detail_features(_compared(_garment(1), _garment(1)))
    other = detail_features(_compared(_garment(1), _garment(2)))
    assert same["fine_contradicting_size"] == 0
    assert other["fine_contradicting_size"] >= 4
    assert other["part"] > 0.01
    assert other["outline_agreement"] > 0.95
    assert other["inside_agreement"] < 0.6 < same["inside_agreement"]


def test_should_see_faint_folds_that_no_block_shows_alone() -> None:
    same = detail_features(_compared(_garment(), _garment()))
    other = detail_features(_compared(_garment(), _garment(folds=2)))
    assert same["inside_textured"] < 0.1
    assert same["inside_faint_agreement"] > other["inside_faint_agreement"] + 0.2


@pytest.mark.parametrize(("more", "name"), [("query", "added_part"), ("stored", "removed_part")])
def test_should_tell_what_was_laid_over_from_what_was_taken_away(more: str, name: str) -> None:
    printed, plain = _garment(1), _garment()
    query, stored = (printed, plain) if more == "query" else (plain, printed)
    found = detail_features(_compared(query, stored))
    other = {"added_part", "removed_part"} - {name}
    assert found[name] > 0.01
    assert all(found[each] == 0 for each in other)


def test_should_weigh_blocks_by_their_texture() -> None:
    texture = np.ones((24, 24), np.float32)
    texture[0] = 100
    agreement = np.where(texture > 1, 1.0, -1.0).astype(np.float32)
    fine = fine_blocks(query_texture=texture, stored_texture=texture, agreement=agreement)
    everywhere = np.ones((24, 24), np.bool_)
    assert pooled_agreement(fine, everywhere) > 0.9
    assert pooled_agreement(fine, ~everywhere) == 0
