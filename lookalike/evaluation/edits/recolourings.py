"""Colour variants: the same photograph of a product in another colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.evaluation.edits.backgrounds import feathered, foreground
from lookalike.evaluation.edits.kinds import Change, plain
from lookalike.evaluation.edits.region_colours import REGION_COLOURS

VISIBLE_DELTA_E = 12.0
VISIBLE_SHARE = 0.10
_SIDE = 128
"""Longer side, in pixels, at which colours are compared, so that grain and edges average out."""


def turn_hue(picture: Image.Image, degrees: float) -> Image.Image:
    """Turn all hues on the colour circle, in HSV."""
    hsv = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2HSV_FULL)
    hsv[:, :, 0] += np.uint8(round(degrees * 256 / 360) % 256)
    return Image.fromarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL))


def turn_garment_hue(picture: Image.Image, degrees: float) -> Image.Image:
    """Turn the hues of the foreground."""
    return _in_front(picture, turn_hue(picture, degrees))


def dye_dark(picture: Image.Image) -> Image.Image:
    """Reduce the lightness of the foreground to a third."""
    return _in_front(picture, _with_lightness(picture, 0.33, 0))


def dye_light(picture: Image.Image) -> Image.Image:
    """Raise the lightness of the foreground to between 60 and 100 %."""
    return _in_front(picture, _with_lightness(picture, 0.40, 60))


def visibly_recoloured(before: Image.Image, after: Image.Image) -> bool:
    """Return whether 10 % of the picture or more differ by a Delta E of 12 or more (CIE 1976)."""
    small = before.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    other = after.convert("RGB").resize(small.size)
    difference = np.linalg.norm(_lab(small) - _lab(other), axis=2)
    return bool((difference >= VISIBLE_DELTA_E).mean() >= VISIBLE_SHARE)


RECOLOURINGS: dict[str, Change] = {
    "hue20": plain(lambda picture: turn_hue(picture, 20)),
    "hue30": plain(lambda picture: turn_hue(picture, 30)),
    "hue60": plain(lambda picture: turn_hue(picture, 60)),
    "hue180": plain(lambda picture: turn_hue(picture, 180)),
    "garment_hue60": plain(lambda picture: turn_garment_hue(picture, 60)),
    "garment_hue180": plain(lambda picture: turn_garment_hue(picture, 180)),
    "dye_dark": plain(dye_dark),
    "dye_light": plain(dye_light),
    **REGION_COLOURS,
}
"""Changes into another colour of a product.

They do not change everything visibly: grey has no hue, and black stays black when it is dyed. See
``visibly_recoloured``, and ``noticeably_recoloured`` for those of one region.
"""


def _in_front(picture: Image.Image, changed: Image.Image) -> Image.Image:
    return Image.composite(changed, picture, feathered(foreground(picture)))


def _with_lightness(picture: Image.Image, factor: float, offset: float) -> Image.Image:
    """Lightness (0 to 100) times a factor plus an offset, at the same chroma."""
    lab = _lab(picture)
    lab[:, :, 0] = lab[:, :, 0] * factor + offset
    rgb = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
    return Image.fromarray(np.round(np.clip(rgb, 0, 1) * 255).astype(np.uint8))


def _lab(picture: Image.Image) -> NDArray[np.float32]:
    """CIE Lab (height, width, 3) under D65."""
    rgb = np.asarray(picture, np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.float32)
