"""Views of a query: parts of it, and the query turned, each checked like a picture of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from lookalike.fingerprint.phash import Form
from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture, Surroundings
from lookalike.images.rectangles import turn
from lookalike.images.regions import LARGE, RegionLimits, region_boxes
from lookalike.matching.calibration import MAX_PROBABILITY
from lookalike.matching.finding import Evidence, Finding, Outline, outline_of
from lookalike.verification.transforms import (
    CORNERS,
    Points,
    Transform,
    area,
    box_to_unit,
    inverse,
    moved,
    undoing,
)

Box = tuple[int, int, int, int]

_STEP = 30
_FULL_TURN = 360
"""Degrees. Cells still match where a picture is turned by half a step."""
_WINDOW = 0.44
"""Share of both sides that a window covers."""
_WINDOWS = 3
"""Windows along each side."""
_MARGIN = 0.5
"""Share of a view's sides by which its surroundings reach beyond it."""
_MAX_FRAME = 800
"""Pixels of the long side of the copy that turned views and windows are cut out of."""


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """A view of a query.

    Attributes:
        picture: the view, prepared like a picture of its own.
        to_whole: from the view's unit square to that of the whole picture.
        rotation: degrees clockwise, 0 to 359, by which the view is turned against the whole.
    """

    picture: PreparedPicture
    to_whole: Transform
    rotation: int = 0

    def finding_of_whole(self, finding: Finding) -> Finding:
        """Turn a finding of this view into one of the whole picture.

        The whole picture is never the matched one itself: at most an edited copy, and less certain.
        """
        return replace(
            finding.as_edited,
            probability=min(finding.probability, MAX_PROBABILITY),
            evidence=self._evidence_of_whole(finding.evidence),
        )

    def _evidence_of_whole(self, evidence: Evidence) -> Evidence:
        rotation, outline = evidence.rotation, evidence.outline_of_query
        corners = None if outline is None else self._in_whole(outline)
        return replace(
            evidence,
            rotation=None if rotation is None else (rotation - self.rotation) % 360,
            area_of_query=None if corners is None else min(1.0, area(corners)),
            outline_of_query=None if corners is None else outline_of(corners),
        )

    def _in_whole(self, outline: Outline) -> Points:
        corners: Points = np.clip(moved(self.to_whole, np.array(outline)), 0, 1)
        return corners


def find_regions(picture: PreparedPicture, limits: RegionLimits = LARGE) -> Iterator[View]:
    """The regions of a picture that may be pictures of their own, largest first."""
    x, y = picture.trim_box[:2]
    for left, top, right, bottom in region_boxes(picture.trimmed, limits):
        yield part_of(picture, (left + x, top + y, right + x, bottom + y))


def part_of(picture: PreparedPicture, box: Box) -> View:
    """The part of a picture within a box, in pixels of the whole."""
    left, top, right, bottom = box
    width, height = picture.whole.size
    scale = np.diag([(right - left) / width, (bottom - top) / height, 1])
    scale[:2, 2] = left / width, top / height
    return View(_prepared(picture.whole.crop(box)), scale)


def pixels_of(picture: PreparedPicture, shares: tuple[float, float, float, float]) -> Box:
    """A box of a picture in pixels: left, top, right and bottom.

    Args:
        picture: the whole.
        shares: of its sides, 0 to 1.
    """
    width, height = picture.whole.size
    left, top = min(width - 1, int(shares[0] * width)), min(height - 1, int(shares[1] * height))
    right, bottom = math.ceil(shares[2] * width), math.ceil(shares[3] * height)
    return left, top, max(left + 1, right), max(top + 1, bottom)


def quarter_turns(picture: PreparedPicture) -> Iterator[View]:
    """The picture turned by 90, 180 and 270 degrees."""
    for degrees in (90, 180, 270):
        picture = picture.turned()
        yield View(picture, undoing(Form(flipped=False, rotation=degrees)), degrees)


def inverted(picture: PreparedPicture) -> View:
    """The picture as its negative: each level subtracted from 255."""
    return View(_prepared(Image.fromarray(255 - np.asarray(picture.whole))), np.eye(3))


def oblique_turns(picture: PreparedPicture) -> Iterator[View]:
    """The picture turned by multiples of 30 degrees that are no quarter turns.

    Each has the size of the picture's frame. What lies beyond the frame has the colour of its edge,
    so that a photograph turned on a ground has an even border. Pixels are compared in the picture
    as it is.
    """
    frame = _reduced(picture.whole)
    ground = _edge_colour(frame)
    for degrees in range(_STEP, _FULL_TURN, _STEP):
        if degrees % 90:
            yield _turned(frame, degrees, ground)


def windows(picture: PreparedPicture) -> Iterator[View]:
    """Overlapping windows over the whole picture."""
    frame = _reduced(picture.whole)
    reduced = PreparedPicture(frame, (0, 0, *frame.size), *frame.size)
    across, down = (_spans(side) for side in frame.size)
    for top, bottom in down:
        for left, right in across:
            yield _within_surroundings(part_of(reduced, (left, top, right, bottom)), frame)


def _turned(frame: Image.Image, degrees: int, ground: tuple[int, int, int]) -> View:
    """The frame turned clockwise about its middle, as large as before."""
    sides = np.array(frame.size, float)
    back = turn(-degrees)
    pixels = np.column_stack([back, sides / 2 - back @ (sides / 2)])
    view = frame.transform(
        frame.size,
        Image.Transform.AFFINE,
        tuple(pixels.ravel().tolist()),
        Image.Resampling.BILINEAR,
        fillcolor=ground,
    )
    to_whole = np.vstack([pixels * [*sides, 1] / sides[:, None], [0, 0, 1]])
    return _within_surroundings(View(_prepared(view), to_whole, degrees), frame)


def _edge_colour(frame: Image.Image) -> tuple[int, int, int]:
    """The median colour of the pixels at a frame's edge."""
    pixels = np.asarray(frame)
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = np.median(edges, axis=0).astype(int).tolist()
    return red, green, blue


def _within_surroundings(view: View, frame: Image.Image) -> View:
    """The view with the part of the frame around it: all within half its sides, and what it shows.

    Args:
        view: of the frame.
        frame: of which ``view.to_whole`` tells the place.
    """
    corners = moved(view.to_whole, CORNERS)
    margin = (corners.max(axis=0) - corners.min(axis=0)) * _MARGIN
    first = np.clip(corners.min(axis=0) - margin, 0, 1) * frame.size
    last = np.clip(corners.max(axis=0) + margin, 0, 1) * frame.size
    box = (*np.floor(first).astype(int).tolist(), *np.ceil(last).astype(int).tolist())
    left, top, right, bottom = box
    shares = (left / frame.width, top / frame.height, right / frame.width, bottom / frame.height)
    picture = view.picture
    x, y, end_x, end_y = picture.trim_box
    width, height = picture.whole.size
    trimmed = (x / width, y / height, end_x / width, end_y / height)
    placed = box_to_unit(shares) @ view.to_whole @ inverse(box_to_unit(trimmed))
    surroundings = Surroundings(frame, box, placed)
    return replace(view, picture=replace(picture, surroundings=surroundings))


def _spans(side: int) -> list[tuple[int, int]]:
    """Where the windows along a side start and end, in pixels."""
    length = max(1, round(_WINDOW * side))
    starts = np.linspace(0, side - length, _WINDOWS).astype(int).tolist()
    return [(start, start + length) for start in starts]


def _reduced(frame: Image.Image) -> Image.Image:
    """A copy that is large enough for the smallest view."""
    factor = max(frame.size) // _MAX_FRAME + 1
    return frame.reduce(factor) if factor > 1 else frame


def _prepared(view: Image.Image) -> PreparedPicture:
    return PreparedPicture(view, trim_box(view), *view.size)
