"""Another colour leaves one region that no light explains; light leaves none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from lookalike.verification.block_comparison import compare_blocks
from lookalike.verification.pyramid import Pyramid
from lookalike.verification.region_features import region_features
from lookalike.verification.transforms import IDENTITY

SIDE = 192


def _on_white(garment: tuple[int, int, int]) -> Image.Image:
    """A garment on white with a shadow, skin, hair and shoes beside it."""
    picture = Image.new("RGB", (SIDE, SIDE), "white")
    shades = np.linspace(0.8, 1.05, 80)[:, None, None] * np.array(garment)
    body = np.broadcast_to(shades, (80, 80, 3)).clip(0, 255).astype(np.uint8)
    picture.paste(Image.fromarray(body), (56, 60))
    for box, colour in (
        ((76, 20, 116, 58), (205, 160, 135)),
        ((76, 8, 116, 24), (60, 45, 40)),
        ((60, 142, 80, 188), (190, 150, 130)),
        ((112, 142, 132, 188), (180, 140, 120)),
        ((20, 150, 54, 180), (225, 224, 222)),
    ):
        picture.paste(colour, box)
    return picture


def _features(query: Image.Image, stored: Image.Image) -> dict[str, float]:
    return region_features(compare_blocks(Pyramid(query), Pyramid(stored), IDENTITY).fine)


def _lit(picture: Image.Image, gains: tuple[float, float, float], offset: float) -> Image.Image:
    levels = np.asarray(picture, np.float32) * np.array(gains, np.float32) + offset
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((215, 225, 240), (228, 218, 240)),
        ((232, 214, 196), (238, 205, 205)),
        ((28, 30, 48), (26, 26, 28)),
        ((180, 40, 40), (40, 60, 170)),
    ],
    ids=["pale blue and lilac", "sand and rose", "navy and black", "red and blue"],
)
def test_should_find_the_region_of_another_colour(
    one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    found = _features(_on_white(other), _on_white(one))
    assert 0.12 < found["same_region"] < 0.3
    assert found["same_rest_distance"] < 1
    assert found["same_region_distance"] > 2.5
    assert found["same_region_spread"] < 1


@pytest.mark.parametrize(
    ("gains", "offset", "names"),
    [
        ((0.7, 0.7, 0.7), 0, ("lit", "balanced")),
        ((1.2, 1.2, 1.2), 0, ("lit", "balanced")),
        ((0.8, 0.8, 0.8), 40, ("lit", "balanced")),
        ((1.0, 0.94, 0.85), 0, ("balanced",)),
    ],
)
def test_should_explain_light(
    gains: tuple[float, float, float], offset: float, names: tuple[str, ...]
) -> None:
    stored = _on_white((150, 90, 120))
    found = _features(_lit(stored, gains, offset), stored)
    for name in names:
        # Blocks at an edge mix levels that are clipped with others that are not.
        assert found[f"{name}_region"] < 0.06, name
        assert found[f"{name}_region"] < 0.3 * found["same_region"]


def test_should_tell_one_dye_from_another_picture(photos: tuple[Image.Image, ...]) -> None:
    dyed = _features(_on_white((40, 60, 170)), _on_white((60, 120, 90)))
    other = _features(photos[0], photos[1].resize((SIDE, SIDE)))
    assert dyed["same_region_spread"] < other["same_region_spread"]
