"""RANSAC: the transform that explains most matches of cells, over all samples at once.

Fischler and Bolles 1981. Hypotheses are similarities in true aspect and scalings of each axis,
which is what crops, frames, turns and stretches are; the best is refined to an affine transform by
least squares over its inliers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.cells import CellMatches
from lookalike.verification.transforms import Points, Transform

SAMPLES = 200
AXIS_SAMPLES = 120
TOLERANCE = 1.3 / 28
"""Distance from where the transform takes it up to which a match is an inlier: 1.3 cells."""
MAX_SCALE = 3.5
MAX_ANGLE = 0.55
"""Radians; quarter turns are forms of their own."""
MAX_STRETCH = 1.8
MIN_BASE = 0.08
"""Distance between two matches from which they give a similarity, in longer sides."""
MIN_AXIS_BASE = 0.12
"""Distance of two matches along an axis from which they give its scaling, in that axis's sides."""
REFINEMENTS = 3
MIN_MATCHES = 5
"""Matches that a transform is found from."""
_SEED = 1

_Hypotheses = NDArray[np.float32]
"""Affine transforms as rows a, b, c, d, e, f of x' = a x + b y + c, y' = d x + e y + f."""


@dataclass(frozen=True, slots=True)
class Consensus:
    """The best affine transform of some matches.

    Attributes:
        transform: from query to stored frame.
        inliers: the matches that it explains, shape (matches,).
    """

    transform: Transform
    inliers: NDArray[np.bool_]


def consensus(
    matches: CellMatches, query_sides: tuple[float, float], stored_sides: tuple[float, float]
) -> Consensus | None:
    """Find the affine transform that explains most matches; ``None`` where there is none.

    Args:
        matches: of the two frames.
        query_sides: width and height of the query's frame, in any unit.
        stored_sides: of the stored frame.
    """
    if len(matches) < MIN_MATCHES:
        return None
    first, second = _samples(len(matches))
    hypotheses = np.concatenate(
        [
            _similarities(matches, first, second, _unit(query_sides), _unit(stored_sides)),
            _axis_scalings(matches, first[:AXIS_SAMPLES], second[:AXIS_SAMPLES]),
        ]
    )
    if not len(hypotheses):
        return None
    best = hypotheses[_inlier_counts(hypotheses, matches).argmax()].reshape(2, 3)
    affine, inliers = _refined(best.astype(np.float64), matches)
    return Consensus(np.vstack([affine, [0, 0, 1]]), inliers)


@lru_cache(maxsize=512)
def _samples(matches: int) -> NDArray[np.int64]:
    """The numbers of two matches for each sample, shape (2, samples); always the same."""
    return np.random.default_rng(_SEED).integers(0, matches, (2, SAMPLES))


def _unit(sides: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(sides) / max(sides)


def _similarities(
    matches: CellMatches,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    query_sides: NDArray[np.float64],
    stored_sides: NDArray[np.float64],
) -> _Hypotheses:
    """Similarities from two matches each: complex numbers z' = s z + t in true aspect."""
    query = matches.query @ (query_sides * (1, 1j))
    stored = matches.stored @ (stored_sides * (1, 1j))
    base = query[first] - query[second]
    usable = np.abs(base) > MIN_BASE
    first, second = first[usable], second[usable]
    scale = (stored[first] - stored[second]) / base[usable]
    shift = stored[first] - scale * query[first]
    size = np.abs(scale)
    usable = (size > 1 / MAX_SCALE) & (size < MAX_SCALE) & (np.abs(np.angle(scale)) < MAX_ANGLE)
    scale, shift = scale[usable], shift[usable]
    (qx, qy), (sx, sy) = query_sides, stored_sides
    rows = (
        scale.real * qx / sx,
        -scale.imag * qy / sx,
        shift.real / sx,
        scale.imag * qx / sy,
        scale.real * qy / sy,
        shift.imag / sy,
    )
    return np.stack(rows, axis=1).astype(np.float32)


def _axis_scalings(
    matches: CellMatches, first: NDArray[np.int64], second: NDArray[np.int64]
) -> _Hypotheses:
    """Transforms from two matches each that scale and shift every axis on its own."""
    base = matches.query[first] - matches.query[second]
    usable = (np.abs(base) > MIN_AXIS_BASE).all(axis=1)
    first, second = first[usable], second[usable]
    scale = (matches.stored[first] - matches.stored[second]) / base[usable]
    shift = matches.stored[first] - scale * matches.query[first]
    usable = ((scale > 1 / MAX_SCALE) & (scale < MAX_SCALE)).all(axis=1)
    stretch = scale[:, 0] / np.where(usable, scale[:, 1], 1)
    usable &= (stretch > 1 / MAX_STRETCH) & (stretch < MAX_STRETCH)
    scale, shift = scale[usable], shift[usable]
    nothing = np.zeros(len(scale))
    rows = (scale[:, 0], nothing, shift[:, 0], nothing, scale[:, 1], shift[:, 1])
    return np.stack(rows, axis=1).astype(np.float32)


def _inlier_counts(hypotheses: _Hypotheses, matches: CellMatches) -> NDArray[np.int64]:
    x, y = matches.query.astype(np.float32).T
    to_x, to_y = matches.stored.astype(np.float32).T
    a, b, c, d, e, f = hypotheses.T[:, :, None]
    squares = (a * x + b * y + c - to_x) ** 2 + (d * x + e * y + f - to_y) ** 2
    counts: NDArray[np.int64] = (squares < TOLERANCE**2).sum(axis=1)
    return counts


def _refined(
    affine: NDArray[np.float64], matches: CellMatches
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Refine by least squares over the inliers until these stay the same or become fewer.

    Returns:
        The transform, and the matches that it explains.
    """
    points = np.concatenate([matches.query, np.ones((len(matches), 1))], axis=1)
    # Where inliers lie on a line, the transform stays as it is across it.
    damping = 1e-3 * np.diag([1.0, 1.0, 0.0])
    inliers = _are_inliers(affine, points, matches.stored)
    for _ in range(REFINEMENTS):
        if inliers.sum() <= MIN_MATCHES:
            break
        chosen = points[inliers]
        normal = chosen.T @ chosen + damping
        wanted = chosen.T @ matches.stored[inliers] + damping @ affine.T
        better = np.asarray(np.linalg.solve(normal, wanted).T, np.float64)
        now = _are_inliers(better, points, matches.stored)
        if now.sum() < inliers.sum():
            break
        is_settled = np.array_equal(now, inliers)
        affine, inliers = better, now
        if is_settled:
            break
    return affine, inliers


def _are_inliers(
    affine: NDArray[np.float64], points: NDArray[np.float64], stored: Points
) -> NDArray[np.bool_]:
    """Whether homogeneous points are taken to their matches in the stored frame."""
    x, y = (points @ affine.T - stored).T
    inliers: NDArray[np.bool_] = x * x + y * y < TOLERANCE**2
    return inliers
