"""64-bit perceptual hash: bit for bit ``imagehash.phash``, without scipy.

The picture in grey at 32 x 32 (Lanczos), its two-dimensional DCT-II, the 8 x 8 lowest
frequencies, one bit each: greater than their median. Source: Zauner 2010, "Implementation and
Benchmarking of Perceptual Image Hash Functions", and ``imagehash.phash``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.hash_algorithm import HashAlgorithm
from lookalike.fingerprint.layout import PHASH, HashRows

SIDE = 32
LOW = 8
_FREQUENCIES = np.arange(LOW)
_DCT = 2 * np.cos(np.pi * _FREQUENCIES[:, None] * (2 * np.arange(SIDE) + 1) / (2 * SIDE))
"""DCT-II as ``scipy.fftpack.dct`` scales it, shape (8, 32)."""
_MIRROR = (-1.0) ** _FREQUENCIES
"""Mirroring a picture turns the sign of its odd frequencies."""
_DECIMALS = 6
"""Rounding error of the products is below 1e-9; what is zero in exact arithmetic stays zero."""


class Form(NamedTuple):
    """How a query is turned against the picture that one of its rows matches.

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
"""What each of the eight query rows of a frame undoes, in order."""


class PHash(HashAlgorithm):
    """The perceptual hash of the whole frame and, where a border was cut, the trimmed one."""

    layout = PHASH

    def stored(self, analysis: Analysis) -> dict[str, bytes]:
        """``phash`` of the whole frame, ``phash_trimmed`` where there is a border."""
        frames = zip(PHASH.fields, _frames(analysis), strict=False)
        return {field: _bits(_coefficients(frame)).tobytes() for field, frame in frames}

    def queried(self, analysis: Analysis) -> HashRows:
        """Eight rows a frame, in the order of ``FORMS``; whole frame first."""
        return np.concatenate(
            [_bits(_eight_forms(_coefficients(frame))) for frame in _frames(analysis)]
        )


def _frames(analysis: Analysis) -> list[Image.Image]:
    picture = analysis.picture
    return [picture.whole, analysis.trimmed] if picture.has_border else [picture.whole]


def _coefficients(frame: Image.Image) -> NDArray[np.float64]:
    """The lowest frequencies, shape (8, 8), rows vertical."""
    small = frame.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    coefficients: NDArray[np.float64] = _DCT @ np.asarray(small, np.float64) @ _DCT.T
    return coefficients.round(_DECIMALS)


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
