"""Widening an affine transform to a homography, where the pictures differ by perspective.

An affine transform explains the matches of one part of such a picture. The matches around that part
nearly agree with it, and a homography fitted to them reaches further, step by step (direct linear
transform over the matches within reach, Hartley and Zisserman 2004, section 4.1).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.transforms import Points, Transform, is_plausible, moved

MIN_MATCHES = 12
"""Matches that a homography is fitted to, three times as many as determine it."""
MIN_GAIN = 1.1
"""So many times the inliers of the affine transform are needed: unrelated pictures gain some."""
_REACHES = (1.5, 1.5, 1.5, 1.5, 1.3, 1.0)
"""Matches within these multiples of the tolerance are fitted to, step by step."""
_STIFFNESS = 1e-3
"""Ridge towards the affine transform, which holds where matches determine too little."""
_FREE = np.array([1.0, 1, 0, 1, 1, 0, 1, 1])
"""Which of the eight parameters the ridge holds: all but the shift."""
_TO_CENTRED = np.array([[1.0, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
_FROM_CENTRED = np.array([[1.0, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])


def widened(
    affine: Transform, inliers: NDArray[np.bool_], query: Points, stored: Points, tolerance: float
) -> tuple[Transform, NDArray[np.bool_]]:
    """The homography that explains clearly more matches; the affine transform if none does.

    Args:
        affine: from query to stored frame, shape (3, 3).
        inliers: the matches that it explains, shape (matches,).
        query: points of the matches in the query, shape (matches, 2).
        stored: the points that match them, shape (matches, 2).
        tolerance: distance in the stored frame up to which a match is explained.

    Returns:
        The transform, and the matches that it explains.
    """
    best, most = (affine, inliers), inliers.sum() * MIN_GAIN
    squares = _squares(affine, query, stored)
    if (squares < (_REACHES[0] * tolerance) ** 2).sum() < MIN_MATCHES:
        return best
    known = (_TO_CENTRED @ affine @ _FROM_CENTRED).ravel()[:8]
    rows, values = _equations(query, stored)
    for reach in _REACHES:
        near = squares < (reach * tolerance) ** 2
        if near.sum() < MIN_MATCHES:
            break
        transform = _fitted(rows[:, near].reshape(-1, 8), values[:, near].ravel(), known)
        if not is_plausible(transform):
            break
        squares = _squares(transform, query, stored)
        explained = squares < tolerance**2
        if explained.sum() >= most:
            best, most = (transform, explained), explained.sum()
    return best


def _equations(query: Points, stored: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two linear equations for each match, in coordinates from the middle of each frame.

    Returns:
        Factors of the eight parameters, shape (2, matches, 8), and values, shape (2, matches).
    """
    start, end = query - 0.5, (stored - 0.5).T
    rows = np.zeros((2, len(start), 8))
    rows[0, :, :2] = rows[1, :, 3:5] = start
    rows[0, :, 2] = rows[1, :, 5] = 1
    rows[:, :, 6:] = -end[:, :, None] * start
    return rows, end


def _fitted(
    rows: NDArray[np.float64], values: NDArray[np.float64], known: NDArray[np.float64]
) -> Transform:
    """The homography of least algebraic error, in coordinates from the middle of each frame."""
    stiff = _STIFFNESS * _FREE
    wanted = rows.T @ values + stiff * known
    parameters = np.linalg.solve(rows.T @ rows + np.diag(stiff), wanted)
    fitted = _FROM_CENTRED @ np.append(parameters, 1).reshape(3, 3) @ _TO_CENTRED
    result: Transform = fitted / fitted[2, 2]
    return result


def _squares(transform: Transform, query: Points, stored: Points) -> NDArray[np.float64]:
    """Squared distances from where the transform takes points to their matches."""
    apart = moved(transform, query) - stored
    squares: NDArray[np.float64] = np.square(apart).sum(axis=1)
    return squares
