"""Aligned pixels in one light, and the colours that surround some of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.aligned_pixels import AlignedPixels, Planes, Where, halved
from lookalike.verification.block_sums import gradient
from lookalike.verification.colours import LUMA, channel_lines

NEAR, FAR = 4, 12
"""Pixels, at half the side, over which surroundings are averaged: near a pixel, and where too
little is kept there."""
MIN_KEPT = 2.5
"""Pixels, at half the side, from which an average tells something."""
_NOISE = 100.0
"""Squared gradient that is added to sums that are compared."""

Levels = NDArray[np.float32]
"""One level, or square of levels, for each pixel, shape (side, side)."""


@dataclass(frozen=True, eq=False)
class LitPixels:
    """A query, and the stored picture in its light.

    Attributes:
        query: shape (3, 96, 96).
        stored: in the light of the query.
        light: the gain and the offset of each channel, shape (3, 2).
        difference: levels, in the channel that differs most.
        query_power: squared gradient of the query's grey levels.
        stored_power: of the stored picture's.
        shared_power: the scalar product of both gradients.
    """

    query: Planes
    stored: Planes
    light: NDArray[np.float32]
    difference: Levels
    query_power: Levels
    stored_power: Levels
    shared_power: Levels

    @classmethod
    def of(cls, pixels: AlignedPixels) -> LitPixels:
        """Fit the light that explains most of the query."""
        return cls._in(_light(pixels), pixels)

    @classmethod
    def unlit(cls, pixels: AlignedPixels) -> LitPixels:
        """Take both pictures as they are."""
        return cls._in(np.array([[1, 0]] * 3, np.float32), pixels)

    @classmethod
    def _in(cls, light: NDArray[np.float32], pixels: AlignedPixels) -> LitPixels:
        lit = (pixels.stored * light[:, :1, None] + light[:, 1:, None]).clip(0, 255)
        across, down = gradient(np.tensordot(LUMA, pixels.query, 1))
        lit_across, lit_down = gradient(np.tensordot(LUMA, lit, 1))
        return cls(
            pixels.query,
            lit,
            light,
            np.abs(pixels.query - lit).max(axis=0),
            across * across + down * down,
            lit_across * lit_across + lit_down * lit_down,
            across * lit_across + down * lit_down,
        )

    def alike(self, where: Where, plain: float = 0.0) -> float:
        """The correlation of gradients over some pixels at once, -1 to 1.

        Args:
            where: the pixels.
            plain: sum of squared gradients that both are taken to share, so that two pictures with
                much less than that are alike.
        """
        query, stored = (power[where].sum() for power in (self.query_power, self.stored_power))
        shared = self.shared_power[where].sum() + plain
        return float(shared / np.sqrt((query + plain) * (stored + plain) + _NOISE))

    def dimmed(self, unlit: LitPixels, where: Where) -> float:
        """The factor by which the light changes squared gradients of the stored picture there."""
        count = max(1, int(where.sum()))
        lit, before = (each.stored_power[where].sum() + count for each in (self, unlit))
        return float(lit / before)

    def more_texture(self, where: Where) -> float:
        """How much more texture the query has there; natural logarithm."""
        count = max(1, int(where.sum()))
        query, stored = (power[where].sum() for power in (self.query_power, self.stored_power))
        return float(np.log((query + count) / (stored + count)))

    def from_surroundings(self, kept: Where) -> tuple[Levels, Levels, Where]:
        """How far each pixel is from the mean colour of the kept pixels around it.

        Args:
            kept: the pixels that count as surroundings.

        Returns:
            Levels in the channel that differs most, of the query and of the stored picture; and the
            pixels that have surroundings.
        """
        whole = (halved(kept.astype(np.float32)) == 1).astype(np.float32)
        values = np.concatenate([self._small * whole, whole[None]])
        near, far = _box_sums(values, NEAR), _box_sums(values, FAR)
        sums = np.where(near[-1] > MIN_KEPT, near, far)
        means = _doubled(sums[:-1] / np.maximum(sums[-1], np.float32(1e-3)))
        query = np.abs(self.query - means[:3]).max(axis=0)
        stored = np.abs(self.stored - means[3:]).max(axis=0)
        return query, stored, _doubled(far[-1]) > MIN_KEPT

    @cached_property
    def _small(self) -> NDArray[np.float32]:
        """Both pictures at half the side, shape (6, 48, 48)."""
        return halved(np.concatenate([self.query, self.stored]))


def _light(pixels: AlignedPixels) -> NDArray[np.float32]:
    """The gain and the offset of each channel, fitted to means of 4 x 4 pixels."""
    shown = halved(halved(pixels.shown.astype(np.float32))) == 1
    query, stored = (halved(halved(each)).reshape(3, -1) for each in (pixels.query, pixels.stored))
    return channel_lines(stored, query, shown.ravel())


def _box_sums(planes: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """Sums over the square around each pixel, as far as it lies in the frame; same shape."""
    side, width = planes.shape[-1], 2 * radius + 1
    sums = np.zeros((len(planes), side + width, side + width), np.float32)
    sums[:, radius + 1 : radius + 1 + side, radius + 1 : radius + 1 + side] = planes
    np.cumsum(sums, axis=1, out=sums)
    np.cumsum(sums, axis=2, out=sums)
    upper, lower = sums[:, :-width], sums[:, width:]
    rows = lower - upper
    found: NDArray[np.float32] = rows[:, :, width:] - rows[:, :, :-width]
    return found


def _doubled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each value in a square of 2 x 2."""
    return values.repeat(2, axis=-1).repeat(2, axis=-2)
