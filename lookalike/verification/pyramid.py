"""Pyramid: a picture at several sizes, warped onto the frame of another one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from lookalike.verification.transforms import Transform, inverse, local_scale

Levels = NDArray[np.float32]
"""Grey levels or channels of a square picture, shape (side, side) or (side, side, 3)."""

SIDES = (48, 96, 192, 288, 384)
"""Pixels of the squares that pictures are warped from."""
_LARGER = {48: 96, 96: 192, 192: 288}
"""Of some squares, the one that they are reduced from."""
SMOOTHING = 0.8
"""Standard deviation in pixels by which grey squares are smoothed."""


class Pyramid:
    """A frame as squares of 48 to 384 pixels, aspect not kept, each computed on first use.

    Args:
        frame: RGB.
        pixels: width and height of the picture that the frame was made of, if they are others.

    Attributes:
        pixels: width and height, in pixels: how much the picture shows.
    """

    def __init__(self, frame: Image.Image, pixels: tuple[float, float] | None = None) -> None:
        self.pixels = frame.size if pixels is None else pixels
        self._frame = frame
        self._squares: dict[tuple[int, str], Image.Image] = {}

    def square(self, side: int, mode: str = "RGB") -> Image.Image:
        """The frame at this side, in ``RGB`` or, smoothed, in ``L``."""
        key = (side, mode)
        if key not in self._squares:
            if mode == "L":
                grey = self.square(side).convert("L")
                square = grey.filter(ImageFilter.GaussianBlur(SMOOTHING))
            elif self._frame.size == (side, side):
                square = self._frame
            else:
                source = self._source_of(side)
                square = source.resize((side, side), Image.Resampling.LANCZOS, reducing_gap=2)
            self._squares[key] = square
        return self._squares[key]

    def _source_of(self, side: int) -> Image.Image:
        """What a square is reduced from: the frame or, of small squares, the next larger one.

        So the square of 288 pixels is made as the thumbnail of a stored picture is, and smaller
        ones are made of it on both sides. The largest one takes longer than all others, and only
        queries that a stored picture shows in part need it.
        """
        larger = _LARGER.get(side)
        if larger is None or larger > min(self._frame.size):
            return self._frame
        return self.square(larger)

    def warped(self, transform: Transform, side: int, mode: str) -> Levels:
        """The frame warped onto another one, from the square of the nearest scale.

        Args:
            transform: from this frame to the other.
            side: of the result, in pixels.
            mode: ``RGB`` or ``L``.
        """
        shrinking = np.sqrt(abs(np.linalg.det(local_scale(transform))))
        source_side = min(SIDES, key=lambda s: abs(np.log(s / (side * shrinking))))
        square = self.square(source_side, mode)
        return np.asarray(_warp(square, transform, side), np.float32)


def shown(transform: Transform, side: int) -> NDArray[np.bool_]:
    """The pixels of the stored frame, at this side, whose centres lie on the query."""
    back = inverse(transform)
    centres = (np.arange(side) + 0.5) / side
    across, down = back[:, :1] * centres, back[:, 1:2] * centres + back[:, 2:]
    x, y, depth = across[:, None, :] + down[:, :, None]
    inside: NDArray[np.bool_] = (x >= 0) & (y >= 0)
    # In place, since several such arrays do not fit into the cache.
    inside &= x < depth
    inside &= y < depth
    return inside


def _warp(square: Image.Image, transform: Transform, side: int) -> Image.Image:
    to_pixels = np.array([square.width, square.height, 1])
    back = to_pixels[:, None] * inverse(transform) * (1 / side, 1 / side, 1)
    numbers = (back / back[2, 2]).ravel()[:8].tolist()
    # Most transforms are affine, which takes Pillow a fifth less time, to the same pixels.
    is_affine = numbers[6] == numbers[7] == 0
    kind = Image.Transform.AFFINE if is_affine else Image.Transform.PERSPECTIVE
    numbers = numbers[:6] if is_affine else numbers
    return square.transform((side, side), kind, numbers, Image.Resampling.BILINEAR)
