"""The small square as which the neural network sees a frame."""

from __future__ import annotations

from PIL import Image

from lookalike.images.levels import stretched

NETWORK_PIXELS = 224
"""Side of the square."""


def network_frame(frame: Image.Image) -> Image.Image:
    """An RGB frame with its levels stretched, at the size of the network's input."""
    return network_square(stretched(frame))


def network_square(frame: Image.Image, side: int = NETWORK_PIXELS) -> Image.Image:
    """An RGB frame as a square of so many pixels, aspect not kept.

    Stored fingerprints depend on how it is made.
    """
    return frame.resize((side, side), Image.Resampling.BILINEAR, reducing_gap=2)
