"""Queries at distances that a test chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.fingerprint.signature import CELL_BITS
from lookalike.images.preparation import PreparedPicture
from lookalike.pictures import Fingerprint


def far_phash() -> bytes:
    """A pHash that has nothing in common with those that the tests store."""
    return b"\xaa\x55" * 4


def a_query(
    fingerprint: Fingerprint, phash: Sequence[bytes], deep: Sequence[bytes]
) -> QueryFingerprint:
    """A query with these rows."""
    rows = {
        name: np.stack([np.frombuffer(value, np.uint8) for value in hashes])
        for name, hashes in (("phash", phash), ("deep", deep))
    }
    return QueryFingerprint(fingerprint, rows, np.empty((0, CELL_BITS), np.float32))


LEFT, RIGHT = 60, 80
"""Widths of the two pictures on a page, by which they are told apart."""


@dataclass(frozen=True, slots=True)
class Page:
    """A picture with others in it.

    Attributes:
        boxes: left, top, right, bottom of each in pixels, by its width.
    """

    picture: PreparedPicture
    boxes: dict[int, tuple[int, int, int, int]]

    def fractions(self, box: tuple[int, int, int, int]) -> tuple[float, ...]:
        """A box as shares of the sides."""
        width, height = self.picture.whole.size
        return tuple(side / (width, height)[axis % 2] for axis, side in enumerate(box))


def a_page(number: int = 1) -> Page:
    """Two pictures of noise on white; the page's own number is its width."""
    boxes = {LEFT: (12, 10, 12 + LEFT, 110), RIGHT: (96, 20, 96 + RIGHT, 100)}
    pixels = np.full((120, 200, 3), 255, np.uint8)
    source = np.random.default_rng(0)
    for left, top, right, bottom in boxes.values():
        pixels[top:bottom, left:right] = source.integers(0, 200, (bottom - top, right - left, 3))
    whole = Image.fromarray(pixels)
    return Page(PreparedPicture(whole, (0, 0, *whole.size), number, 533), boxes)
