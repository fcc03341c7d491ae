"""Reduced copies, in which borders, regions and rectangles are looked for."""

from __future__ import annotations

from PIL import Image


def reduced(picture: Image.Image, side: int) -> tuple[Image.Image, int]:
    """A copy whose long side has about so many pixels, and the whole factor that reduced it.

    A picture that is small enough is its own copy, with a factor of 1.
    """
    step = max(1, round(max(picture.size) / side))
    return (picture.reduce(step) if step > 1 else picture), step
