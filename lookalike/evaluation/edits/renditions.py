"""Renditions: smaller files of a picture as shops and CDNs store them."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageFilter, ImageOps

from lookalike.evaluation.edits.draws import coin, log_uniform, one_of
from lookalike.evaluation.edits.geometry import BLACK, WHITE, Colour, cover, pad_to_aspect
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.quality import reencode

_GROUNDS = (WHITE, WHITE, (247, 247, 247), BLACK)
_MIN_SHORT_SIDE = 64
"""Pixels; pictures with a smaller side are not accepted."""
_LIKE_THE_CORNER = 12
"""Grey levels up to which a pixel belongs to the ground that is trimmed."""
_WAYS = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BOX)


def random_rendition(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Reduced to a longer side of 150 to 400 pixels, and encoded with a quality of 60 to 90.

    Two in three are also cropped to an aspect ratio, letterboxed or trimmed; one in three is
    sharpened a little. Small pictures are not enlarged.
    """
    shaped = one_of(rng, (_whole, _whole, _covered, _covered, _letterboxed, _trimmed))(picture, rng)
    reduced = _reduced(shaped, log_uniform(rng, 150, 400), one_of(rng, _WAYS))
    if coin(rng, 1 / 3):
        amount = int(rng.integers(30, 110))
        reduced = reduced.filter(ImageFilter.UnsharpMask(rng.uniform(0.4, 1), amount, threshold=0))
    return reencode(reduced, int(rng.integers(60, 91)), "JPEG" if coin(rng, 0.6) else "WEBP")


RENDITIONS: dict[str, Change] = {"random_rendition": random_rendition}
"""Families of renditions, by name."""


def trimmed(picture: Image.Image) -> Image.Image:
    """Without margins of the upper left corner's colour; unchanged if hardly anything is left."""
    ground = Image.new("RGB", picture.size, _corner(picture))
    difference = ImageChops.difference(picture, ground).convert("L")
    box = difference.point(lambda level: 255 * (level > _LIKE_THE_CORNER)).getbbox()
    if box is None or min(box[2] - box[0], box[3] - box[1]) < min(picture.size) / 4:
        return picture
    return picture.crop(box)


def _whole(picture: Image.Image, _: np.random.Generator) -> Image.Image:
    return picture


def _covered(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Cropped to a usual aspect ratio, from the middle as CDNs do, losing up to a third."""
    aspect = picture.width / picture.height
    usual = (0.67, 0.75, 0.8, 1.0, 1.0, 1.25, 1.33, 1.5)
    near = [value for value in usual if 2 / 3 <= value / aspect <= 3 / 2]
    return cover(picture, one_of(rng, near)) if near else picture


def _letterboxed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    return pad_to_aspect(picture, one_of(rng, (1.0, 1.0, 0.75, 1.33, 0.8)), one_of(rng, _GROUNDS))


def _trimmed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Without margins; some get narrow even ones back."""
    cut = trimmed(picture)
    margin = round(max(cut.size) * rng.uniform(0.01, 0.06))
    return ImageOps.expand(cut, margin, _corner(picture)) if coin(rng) else cut


def _corner(picture: Image.Image) -> Colour:
    """The colour of the upper left pixel."""
    red, green, blue = picture.crop((0, 0, 1, 1)).tobytes()
    return red, green, blue


def _reduced(picture: Image.Image, side: float, way: Image.Resampling) -> Image.Image:
    """At this longer side, or at the smallest size that is accepted if that is larger."""
    factor = min(1.0, max(side / max(picture.size), _MIN_SHORT_SIDE / min(picture.size)))
    width, height = (max(1, round(length * factor)) for length in picture.size)
    return picture.resize((width, height), way)
