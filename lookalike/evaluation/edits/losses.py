"""Strong losses of detail, of drawn strength relative to the picture's size."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageFilter, ImageOps

from lookalike.evaluation.edits.draws import coin, log_uniform, one_of
from lookalike.evaluation.edits.geometry import crop
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.levels import levels_of, picture_of
from lookalike.evaluation.edits.light import sharpness
from lookalike.evaluation.edits.quality import blur, reencode, thumbnail


def random_strong_blur(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Out of focus, or moved, by 0.7 to 3 % of the short side: 1.5 to 7 pixels of 224."""
    radius = log_uniform(rng, 0.007, 0.03) * min(picture.size)
    if coin(rng, 0.6):
        return blur(picture, radius)
    return _moved(picture, radius * 3, rng) if coin(rng) else _box_blur(picture, radius * 1.7)


def random_pixelated(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Squares of one colour, 24 to 90 along the longer side."""
    small = _reduced(picture, log_uniform(rng, 24, 90), Image.Resampling.BOX)
    return small.resize(picture.size, Image.Resampling.NEAREST)


def random_reduced(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Reduced to a longer side of 36 to 110 pixels and enlarged again."""
    small = _reduced(picture, log_uniform(rng, 36, 110), Image.Resampling.BICUBIC)
    ways = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
    return small.resize(picture.size, one_of(rng, ways))


def random_grain(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Noise of 20 to 70 grey levels, coloured or grey, or black and white specks on 2 to 15 %."""
    levels = levels_of(picture)
    if coin(rng, 0.3):
        drawn, share = rng.random(levels.shape[:2]), rng.uniform(0.02, 0.15)
        specks = np.where(drawn < share / 2, 0, 255).astype(np.float32)
        return picture_of(np.where((drawn < share)[:, :, None], specks[:, :, None], levels))
    shape = levels.shape if coin(rng) else (*levels.shape[:2], 1)
    return picture_of(levels + rng.standard_normal(shape, np.float32) * rng.uniform(20, 70))


def random_posterised(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Two to eight levels a channel, or a palette of 4 to 24 colours, half of them dithered."""
    if coin(rng):
        return ImageOps.posterize(picture, int(rng.integers(1, 4)))
    palette = picture.quantize(int(log_uniform(rng, 4, 25)), Image.Quantize.FASTOCTREE)
    dither = Image.Dither.FLOYDSTEINBERG if coin(rng) else Image.Dither.NONE
    return picture.quantize(palette=palette, dither=dither).convert("RGB")


def random_low_quality(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A JPEG file of quality 5 to 20, or a WebP file of quality 1 to 15."""
    if coin(rng, 0.7):
        return reencode(picture, int(rng.integers(5, 21)))
    return reencode(picture, int(rng.integers(1, 16)), "WEBP")


def random_generations(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Three to seven times resized by some per cent, cropped by a hair, and encoded again."""
    for _ in range(int(rng.integers(3, 8))):
        left, top, right, bottom = (float(cut) for cut in rng.uniform(0, 0.012, 4))
        picture = crop(picture, left, top, right, bottom)
        picture = thumbnail(picture, round(max(picture.size) * rng.uniform(0.9, 1.05)))
        file_format = "JPEG" if coin(rng, 0.7) else "WEBP"
        picture = reencode(picture, int(rng.integers(25, 80)), file_format)
    return picture


def random_oversharpened(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Sharpened three to eight times, or with halos of two to six pixels."""
    if coin(rng):
        return sharpness(picture, rng.uniform(3, 8))
    halo = ImageFilter.UnsharpMask(rng.uniform(2, 6), int(rng.integers(150, 450)), threshold=0)
    return picture.filter(halo)


LOSSES: dict[str, Change] = {
    family.__name__: family
    for family in (
        random_strong_blur,
        random_pixelated,
        random_reduced,
        random_grain,
        random_posterised,
        random_low_quality,
        random_generations,
        random_oversharpened,
    )
}
"""Families of losses, by name."""


def _reduced(picture: Image.Image, side: float, way: Image.Resampling) -> Image.Image:
    factor = min(1.0, side / max(picture.size))
    width, height = (max(1, round(length * factor)) for length in picture.size)
    return picture.resize((width, height), way)


def _box_blur(picture: Image.Image, radius: float) -> Image.Image:
    return picture.filter(ImageFilter.BoxBlur(radius))


def _moved(picture: Image.Image, length: float, rng: np.random.Generator) -> Image.Image:
    """Blurred along a line of this length in a random direction."""
    side = max(3, round(length)) | 1
    line = np.zeros((side, side), np.float32)
    line[side // 2] = 1
    centre = ((side - 1) / 2, (side - 1) / 2)
    turn = cv2.getRotationMatrix2D(centre, rng.uniform(0, 180), 1)
    kernel = cv2.warpAffine(line, turn, (side, side))
    moved = cv2.filter2D(
        levels_of(picture), -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT
    )
    return picture_of(np.asarray(moved, np.float32))
