"""Recolourings of one region: everything else stays as it is, to the pixel."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.evaluation.edits.draws import one_of
from lookalike.evaluation.edits.garments import Region, opacity_of, regions
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.levels import (
    Floats,
    blended,
    lab_of,
    levels_of,
    picture_of,
    picture_of_lab,
)

_Colour = NDArray[np.float32]
_SMALL = (6.0, 12.0)
_LARGE = (12.0, 200.0)
"""Delta E (CIE 1976) between the old and the new colour, for half of the pictures each."""
_ATTEMPTS = 100
_NOTICED_DELTA_E = 4.0
_NOTICED_SHARE = 0.02
_SIDE = 160
"""Longer side, in pixels, at which colours are compared, so that grain averages out."""


class Palette:
    """Colours of one lightness: the range of L, and the largest chroma."""

    def __init__(self, lightness: tuple[float, float], chroma: tuple[float, float]) -> None:
        self.lightness = lightness
        self.chroma = chroma

    def has(self, region: Region) -> bool:
        """Whether a region is of such a colour."""
        low, high = self.lightness
        return low <= region.lightness <= high and region.chroma <= self.chroma[1] + 4

    def drawn(self, rng: np.random.Generator) -> _Colour:
        """A random colour: L, a and b."""
        chroma, hue = rng.uniform(*self.chroma), rng.uniform(0, 2 * math.pi)
        lightness = rng.uniform(*self.lightness)
        return np.array([lightness, chroma * math.cos(hue), chroma * math.sin(hue)], np.float32)


PALE = Palette((75, 97), (0, 18))
DARK = Palette((4, 36), (0, 22))
MID = Palette((36, 75), (4, 60))
ANY = Palette((8, 95), (0, 60))


def recoloured(picture: Image.Image, palette: Palette, rng: np.random.Generator) -> Image.Image:
    """The largest region of a palette in another colour of it; unchanged if there is none."""
    found = [region for region in regions(picture) if palette.has(region)]
    if not found:
        return picture
    return _dyed(picture, found[0], _other_colour(found[0].colour, palette, rng))


def all_recoloured(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Every region in a colour of its own; unchanged if there is none.

    Frames and lenses, crowns and peaks, and tops and trousers of one photograph differ like this.
    Where regions touch, each has its share of the edge.
    """
    found = regions(picture)
    if not found:
        return picture
    before = levels_of(picture)
    opacities = [opacity_of(region, picture) for region in found]
    covered = np.maximum(1, sum(opacities))
    changed = before.copy()
    for region, opacity in zip(found, opacities, strict=True):
        dye = levels_of(_dye(picture, region, _other_colour(region.colour, ANY, rng)))
        changed += (dye - before) * (opacity / covered)[:, :, None]
    return picture_of(changed)


def two_colours(
    picture: Image.Image, palette: Palette, rng: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """The largest region of any colour in two colours of a palette; twice the picture without one.

    So every garment gives a pale and a dark pair, and not only those that are pale or dark.
    """
    found = regions(picture)
    if not found:
        return picture, picture
    first = _within_srgb(palette.drawn(rng)[None])[0]
    second = _other_colour(first, palette, rng)
    return _dyed(picture, found[0], first), _dyed(picture, found[0], second)


def noticeably_recoloured(before: Image.Image, after: Image.Image) -> bool:
    """Whether at least 2 % of the picture differs by a Delta E of at least 4 (CIE 1976).

    That is less than ``visibly_recoloured`` asks for: it is meant for recolourings of one region,
    where everything else is the same.
    """
    small = before.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    other = after.convert("RGB").resize(small.size)
    difference = np.linalg.norm(lab_of(small) - lab_of(other), axis=2)
    return bool((difference >= _NOTICED_DELTA_E).mean() >= _NOTICED_SHARE)


def _change(palette: Palette) -> Change:
    return lambda picture, rng: recoloured(picture, palette, rng)


REGION_COLOURS: dict[str, Change] = {
    "region_pale": _change(PALE),
    "region_dark": _change(DARK),
    "region_mid": _change(MID),
    "region_any": _change(ANY),
    "regions_all": all_recoloured,
}
"""Recolourings of one region, or of each apart, by name; without a region, nothing changes."""


def _other_colour(colour: _Colour, palette: Palette, rng: np.random.Generator) -> _Colour:
    """A colour of the palette at a small or a large distance, as far as it has one."""
    low, high = one_of(rng, (_SMALL, _LARGE))
    drawn = _within_srgb(np.array([palette.drawn(rng) for _ in range(_ATTEMPTS)], np.float32))
    distances = np.linalg.norm(drawn - colour, axis=1)
    too_far = np.maximum(low - distances, 0) + np.maximum(distances - high, 0)
    return np.asarray(drawn[int(too_far.argmin())], np.float32)


def _within_srgb(colours: Floats) -> Floats:
    """Colours (number, 3) in Lab, those that no screen shows replaced by the nearest it does."""
    return np.asarray(lab_of(picture_of_lab(colours[None]))[0], np.float32)


def _dyed(picture: Image.Image, region: Region, colour: _Colour) -> Image.Image:
    """The region in a new colour."""
    return blended(picture, _dye(picture, region, colour), opacity_of(region, picture))


def _dye(picture: Image.Image, region: Region, colour: _Colour) -> Image.Image:
    """The picture with the region in a new colour, and all else as if it were of the region.

    Shading stays, and chroma follows it.
    """
    return picture_of_lab(_shaded(lab_of(picture), region.colour, colour))


def _shaded(lab: Floats, old: _Colour, new: _Colour) -> Floats:
    """The new colour with the shading of the old one: in proportion where it becomes darker."""
    proportion = min(1.0, max(0.35, float(new[0]) / max(float(old[0]), 1)))
    lightness = np.clip(new[0] + (lab[:, :, 0] - old[0]) * np.float32(proportion), 0, 100)
    share = np.clip(lightness / max(float(new[0]), 1), 0.3, 1.3)[:, :, None]
    chroma = new[1:] * share + (lab[:, :, 1:] - old[1:]) * np.float32(0.6 * proportion)
    return np.concatenate([lightness[:, :, None], chroma], axis=2).astype(np.float32)
