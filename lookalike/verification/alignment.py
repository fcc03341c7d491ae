"""Alignment: laying one picture onto the other, to a fraction of a pixel.

Inverse compositional Gauss-Newton (Baker and Matthews 2004) on grey levels, brightness and contrast
fitted in every step, Huber weights so that overlays do not pull. From coarse to fine: affine first,
then a homography.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lookalike.verification.pyramid import Pyramid, shown
from lookalike.verification.transforms import IDENTITY, Transform, is_plausible, local_scale

_AFFINE = 6
_HOMOGRAPHY = 8
_MIN_OVERLAP = 0.04
"""Share of the stored frame that the query has to show."""
_MIN_CONTRAST = 2.0
"""Grey levels that are added to a contrast, so that nothing is divided by zero."""
_HUBER = 0.35
"""Share of the contrast beyond which differences count in proportion instead of squared."""
_STIFFNESS = 0.05
"""Ridge that holds a step back, relative to the number of pixels."""
_SETTLED = 0.001
"""A step smaller than this, in half sides, ends a stage."""
_MAX_CHANGE = 2.0
"""Factor by which the area may change over all steps."""


@dataclass(frozen=True, slots=True)
class _Stage:
    """Steps of the alignment at one size.

    Attributes:
        side: pixels.
        parameters: 6 for affine, 8 for a homography.
        steps: at most.
    """

    side: int
    parameters: int
    steps: int


STAGES = (
    _Stage(side=48, parameters=_AFFINE, steps=6),
    _Stage(side=96, parameters=_AFFINE, steps=3),
    _Stage(side=96, parameters=_HOMOGRAPHY, steps=4),
)


class AlignmentTarget:
    """A stored picture that a query is aligned with; its derivatives are computed once."""

    def __init__(self, pyramid: Pyramid) -> None:
        self._pyramid = pyramid
        self._levels: dict[int, _TargetLevels] = {}

    def levels(self, side: int) -> _TargetLevels:
        """Grey levels and their derivatives at this side, in pixels."""
        if side not in self._levels:
            square = self._pyramid.square(side, "L")
            self._levels[side] = _TargetLevels(np.asarray(square, np.float32))
        return self._levels[side]


@dataclass(frozen=True, eq=False)
class _TargetLevels:
    levels: NDArray[np.float32]

    @cached_property
    def descents(self) -> dict[int, NDArray[np.float32]]:
        """The change of each pixel with each of 6 or 8 parameters, by their number.

        Shapes are (pixels, parameters). Each has memory of its own: some columns of the larger
        one would be multiplied half as fast.
        """
        side = len(self.levels)
        down, right = np.gradient(self.levels)
        axis = ((np.arange(side, dtype=np.float32) + 0.5) / side) * 2 - 1
        x, y = axis[None, :], axis[:, None]
        inward = right * x + down * y
        images = (right * x, right * y, right, down * x, down * y, down, -inward * x, -inward * y)
        every = np.stack(images, axis=-1).reshape(-1, _HOMOGRAPHY).astype(np.float32)
        return {_HOMOGRAPHY: every, _AFFINE: np.ascontiguousarray(every[:, :_AFFINE])}


_TO_CENTRED = np.array([[2.0, 0, -1], [0, 2, -1], [0, 0, 1]])
_FROM_CENTRED = np.linalg.inv(_TO_CENTRED)


def align(
    query: Pyramid, target: AlignmentTarget, transform: Transform, placed: Transform = IDENTITY
) -> Transform | None:
    """Refine a transform from query to stored frame; ``None`` where the pictures drift apart.

    Args:
        query: the query.
        target: the stored picture.
        transform: to start from.
        placed: from the part of the query that the stored picture is thought to show, to the query.
    """
    refined = transform
    for stage in STAGES:
        for _ in range(stage.steps):
            step = _step(query, target.levels(stage.side), refined, stage)
            if step is None:
                return None
            refined, length = step
            if not is_plausible(refined @ placed):
                return None
            if length < _SETTLED:
                break
    change = abs(np.linalg.det(local_scale(refined)) / np.linalg.det(local_scale(transform)))
    return refined if 1 / _MAX_CHANGE < change < _MAX_CHANGE else None


def _step(
    query: Pyramid, target: _TargetLevels, transform: Transform, stage: _Stage
) -> tuple[Transform, float] | None:
    """The next transform and the length of the step, in half sides."""
    mask = shown(transform, stage.side).astype(np.float32)
    count = float(mask.sum())
    if count < _MIN_OVERLAP * mask.size:
        return None
    warped = query.warped(transform, stage.side, "L")
    error, weights = _weighted_error(warped, target.levels, mask, count)
    descent = target.descents[stage.parameters]
    weighted = descent * weights[:, None]
    stiff = np.eye(stage.parameters, dtype=np.float32) * count * _STIFFNESS
    step = np.linalg.solve(weighted.T @ descent + stiff, weighted.T @ error)
    length = float(np.abs(step).max()) * 2 / stage.side
    change = np.zeros(_HOMOGRAPHY)
    change[: stage.parameters] = step * 2 / stage.side
    moved = np.eye(3) + np.append(change, 0).reshape(3, 3)
    moved_unit = _FROM_CENTRED @ moved @ _TO_CENTRED
    better = moved_unit @ transform
    return better, length


def _weighted_error(
    warped: NDArray[np.float32],
    levels: NDArray[np.float32],
    mask: NDArray[np.float32],
    count: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Differences after brightness and contrast are fitted, and the weight of each pixel."""
    centred = (warped - (warped * mask).sum() / count) * mask
    wanted = (levels - (levels * mask).sum() / count) * mask
    contrast = np.sqrt(np.square(centred).sum() / count) + _MIN_CONTRAST
    wanted_contrast = np.sqrt(np.square(wanted).sum() / count) + _MIN_CONTRAST
    error = (centred * (wanted_contrast / contrast) - wanted).ravel()
    limit = _HUBER * wanted_contrast
    weights = mask.ravel() * np.minimum(1, limit / (np.abs(error) + 1e-3)) ** 2
    return error.astype(np.float32), weights.astype(np.float32)
