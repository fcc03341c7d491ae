"""The edits of published benchmarks."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageOps


def _cropped(picture: Image.Image, share: float) -> Image.Image:
    width, height = picture.size
    left, top = int(width * share), int(height * share)
    return picture.crop((left, top, int(width * (1 - share)), int(height * (1 - share))))


def _padded(picture: Image.Image, share: float) -> Image.Image:
    above = round(picture.height * share)
    return ImageOps.expand(picture, (0, above, 0, above), (0, 0, 0))


def _square(picture: Image.Image) -> Image.Image:
    side = min(picture.size)
    return ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)


PUBLISHED_EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "crop 5 %": lambda picture: _cropped(picture, 0.05),
    "padding 20 %": lambda picture: _padded(picture, 0.2),
    "rotation 4°": lambda picture: picture.rotate(4, Image.Resampling.BILINEAR),
}
"""The hardest edits of perception's benchmark: 5 % cropped off each side, black bars of 20 % of the
height above and below, and a rotation by 4 degrees on black within the frame."""

IMAGE_SEARCH_EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "crop 5 %": lambda picture: _cropped(picture, 0.05),
    "crop 10 %": lambda picture: _cropped(picture, 0.10),
    "crop 15 %": lambda picture: _cropped(picture, 0.15),
    "crop 20 %": lambda picture: _cropped(picture, 0.20),
    "square rendition": _square,
}
"""The edits of imageSearch's study: crops cut that share off each side; square renditions, as shops
use them, keep the middle square."""
