"""Reduced copies: for looking for borders, regions and rectangles, and for the network."""

from __future__ import annotations

from PIL import Image


def reduced(picture: Image.Image, side: int) -> tuple[Image.Image, int]:
    """A copy whose long side has about so many pixels, and the whole factor that reduced it.

    A picture that is small enough is its own copy, with a factor of 1.
    """
    step = max(1, round(max(picture.size) / side))
    return (picture.reduce(step) if step > 1 else picture), step


def squared(picture: Image.Image, side: int) -> Image.Image:
    """An RGB picture as a square of this side, aspect not kept."""
    return picture.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2)
