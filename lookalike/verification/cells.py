"""Matching two pictures by their cells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.transforms import Points, Transform, inverse, moved

Codes = NDArray[np.float32]
"""One row for each cell, shape (n, 64): unit vectors of a query, -1 or 1 of a stored picture."""
CODE_LENGTH = 8.0
"""Length of a stored code, by which products of codes become cosines."""


@dataclass(frozen=True, eq=False)
class CellGrid:
    """The cells of one frame.

    Attributes:
        codes: row by row, shape (side * side, 64).
        textured: which of them show texture, shape (side * side,).
    """

    codes: Codes
    textured: NDArray[np.bool_]

    @cached_property
    def side(self) -> int:
        """Cells along each side."""
        return math.isqrt(len(self.codes))

    @cached_property
    def textured_codes(self) -> Codes:
        """The codes of the textured cells."""
        return np.ascontiguousarray(self.codes[self.textured])

    @cached_property
    def points(self) -> Points:
        """The centres of the textured cells in the unit square."""
        index = np.flatnonzero(self.textured)
        return (np.stack([index % self.side, index // self.side], axis=1) + 0.5) / self.side


@dataclass(frozen=True, slots=True)
class CellMatches:
    """Pairs of cells that are each other's nearest.

    Attributes:
        query: points in the query, shape (n, 2).
        stored: points in the stored picture, shape (n, 2).
        cosines: of their codes, shape (n,).
    """

    query: Points
    stored: Points
    cosines: NDArray[np.float32]

    def __len__(self) -> int:
        """The number of pairs."""
        return len(self.cosines)

    @property
    def mean_cosine(self) -> float:
        """The mean cosine of all pairs; 0 without any."""
        return float(self.cosines.mean()) if len(self.cosines) else 0.0

    def stored_cells(self, which: NDArray[np.bool_]) -> int:
        """The number of different places in the stored picture that some of the pairs have."""
        # Complex numbers are counted faster than rows.
        return len(np.unique(self.stored[which] @ (1, 1j)))

    @classmethod
    def joined(cls, *parts: CellMatches) -> CellMatches:
        """The matches of several grids together."""
        return cls(
            np.concatenate([part.query for part in parts]),
            np.concatenate([part.stored for part in parts]),
            np.concatenate([part.cosines for part in parts]),
        )


def mutual_matches(query: CellGrid, stored: CellGrid) -> CellMatches:
    """The textured cells of both that are each other's nearest by cosine."""
    if not (query.textured.any() and stored.textured.any()):
        nothing = np.empty((0, 2))
        return CellMatches(nothing, nothing, np.empty(0, np.float32))
    # In the order of the cosines, which are only computed where cells match.
    products = query.textured_codes @ stored.textured_codes.T
    nearest = products.argmax(axis=1)
    reached = products[np.arange(len(nearest)), nearest]
    mutual = np.flatnonzero(reached >= products.max(axis=0)[nearest])
    cosines = reached[mutual] / np.float32(CODE_LENGTH)
    return CellMatches(query.points[mutual], stored.points[nearest[mutual]], cosines)


def are_shown(stored: CellGrid, transform: Transform) -> NDArray[np.bool_]:
    """Which textured stored cells a query shows, under a transform from query to stored frame."""
    return _are_inside(moved(inverse(transform), stored.points))


def aligned_cosines(
    grids: tuple[CellGrid, ...], stored: CellGrid, transform: Transform
) -> NDArray[np.float32]:
    """Cosines of the cells that lie on each other, the best over the query's grids.

    Args:
        grids: of the query, at several scales.
        stored: of the stored picture.
        transform: from query to stored frame.

    Returns:
        One cosine for each textured stored cell that the query shows.
    """
    places = moved(inverse(transform), stored.points)
    shown = _are_inside(places)
    places, codes = places[shown], stored.textured_codes[shown]
    best = np.full(len(codes), -1, np.float32)
    for grid in grids:
        column, row = (places * grid.side).astype(np.intp).T
        alike = np.einsum("ij,ij->i", grid.codes[row * grid.side + column], codes) / CODE_LENGTH
        best = np.maximum(best, alike.astype(np.float32))
    return best


def _are_inside(points: Points) -> NDArray[np.bool_]:
    """Whether points lie in the unit square."""
    x, y = points.T
    inside: NDArray[np.bool_] = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
    return inside
