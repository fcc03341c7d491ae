"""64-bit perceptual hash: bit for bit ``imagehash.phash``, without scipy.

The picture in grey at 32 x 32 (Lanczos), its two-dimensional DCT-II, the 8 x 8 lowest
frequencies, one bit each: greater than their median. Source: Zauner 2010, "Implementation and
Benchmarking of Perceptual Image Hash Functions", and ``imagehash.phash``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.hash_algorithm import HashAlgorithm, HashLayout, HashRows

if TYPE_CHECKING:
    from lookalike.fingerprint.analysis import Analysis

NEAR = 10
"""Bits of distance from which a picture is as good as any other: unrelated ones are often 12 bits
apart."""
LOG_ODDS_PER_BIT = 0.65
"""The amount that every bit below ``NEAR`` adds to the log odds of a copy."""
SIDE = 32
LOW = 8
_FREQUENCIES = np.arange(LOW)
_DCT = 2 * np.cos(np.pi * _FREQUENCIES[:, None] * (2 * np.arange(SIDE) + 1) / (2 * SIDE))
"""DCT-II as ``scipy.fftpack.dct`` scales it, shape (8, 32)."""
_MIRROR = (-1.0) ** _FREQUENCIES
"""Mirroring a picture turns the sign of its odd frequencies."""
_DECIMALS = 6
"""Decimals kept: rounding errors are below 1e-9, and exact zeros have to stay zero."""


class Form(NamedTuple):
    """How a query is flipped and turned against the picture that one of its rows matches.

    Attributes:
        flipped: mirrored left to right, before it was turned.
        rotation: degrees clockwise.
    """

    flipped: bool
    rotation: int


FORMS = (
    Form(flipped=False, rotation=0),
    Form(flipped=True, rotation=0),
    Form(flipped=True, rotation=180),
    Form(flipped=False, rotation=180),
    Form(flipped=True, rotation=270),
    Form(flipped=False, rotation=90),
    Form(flipped=False, rotation=270),
    Form(flipped=True, rotation=90),
)
"""The flip and turn that each of the eight query rows of a frame undoes, in order."""


class PHash(HashAlgorithm):
    """The perceptual hash of the whole frame and, where a border was cut, of the trimmed one."""

    layout = HashLayout(
        "phash",
        bits=64,
        fields=("phash", "phash_trimmed"),
        ef_search=256,
        exact_field="phash_exact",
    )

    def stored_hashes(self, analysis: Analysis) -> dict[str, bytes]:
        """``phash`` of the whole frame, ``phash_trimmed`` where there is a border."""
        frames = zip(self.layout.fields, _coefficients(analysis), strict=False)
        return {field: _bits(coefficients).tobytes() for field, coefficients in frames}

    def query_rows(self, analysis: Analysis) -> HashRows:
        """Eight rows for each frame, in the order of ``FORMS``; the whole frame comes first."""
        return np.concatenate([_bits(_eight_forms(frame)) for frame in _coefficients(analysis)])

    @staticmethod
    def rows_of(levels: NDArray[np.float64]) -> HashRows:
        """Eight rows for one frame, in the order of ``FORMS``.

        Args:
            levels: its grey levels, shape (``SIDE``, ``SIDE``), rows vertical.
        """
        return _bits(_eight_forms(_transformed(levels)))

    def retrieval_score(self, distance: int) -> float:
        """Bits below ``NEAR`` count; beyond it, all distances are the same."""
        return LOG_ODDS_PER_BIT * max(0, NEAR - distance)


def _coefficients(analysis: Analysis) -> list[NDArray[np.float64]]:
    """The lowest frequencies of each frame, shape (8, 8), rows vertical."""
    levels = [analysis.grey_levels(frame, SIDE) for frame in analysis.frames]
    return [_transformed(frame) for frame in levels]


def _transformed(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lowest frequencies of one frame, shape (8, 8)."""
    coefficients: NDArray[np.float64] = (_DCT @ levels @ _DCT.T).round(_DECIMALS)
    return coefficients


def _eight_forms(coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """The coefficients of the mirrored and turned pictures, shape (8, 8, 8)."""
    upright = [
        coefficients,
        coefficients * _MIRROR,
        coefficients * _MIRROR[:, None],
        coefficients * _MIRROR * _MIRROR[:, None],
    ]
    return np.stack(upright + [form.T for form in upright])


def _bits(coefficients: NDArray[np.float64]) -> HashRows:
    """Packed bits of one or several 8 x 8 blocks, shape (..., 8)."""
    flat = coefficients.reshape(*coefficients.shape[:-2], LOW * LOW)
    return np.packbits(flat > np.median(flat, axis=-1, keepdims=True), axis=-1)
