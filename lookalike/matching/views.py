"""Views of a query: parts of it, and the query turned, each checked like a picture of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from lookalike.fingerprint.phash import Form
from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture
from lookalike.images.regions import region_boxes
from lookalike.matching.calibration import MAX_PROBABILITY
from lookalike.matching.finding import Evidence, Finding, Outline
from lookalike.verification.transforms import Transform, moved, undoing

Box = tuple[int, int, int, int]

_QUARTERS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Transpositions by the degrees clockwise by which they turn; Pillow counts anticlockwise."""
_STEP = 30
_FULL_TURN = 360
"""Degrees. Cells still match where a picture is turned by half a step."""
_WINDOWS = ((0.5, 3), (0.36, 4))
"""Shares of both sides that a window covers, and how many of them there are along each side."""
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
        share = abs(float(np.linalg.det(self.to_whole[:2, :2])))
        rotation, area, outline = (
            evidence.rotation,
            evidence.area_of_query,
            evidence.outline_of_query,
        )
        return replace(
            evidence,
            rotation=None if rotation is None else (rotation - self.rotation) % 360,
            area_of_query=None if area is None else min(1.0, area * share),
            outline_of_query=None if outline is None else self._in_whole(outline),
        )

    def _in_whole(self, outline: Outline) -> Outline:
        corners = np.clip(moved(self.to_whole, np.array(outline)), 0, 1)
        return tuple((float(x), float(y)) for x, y in corners)


def find_regions(picture: PreparedPicture) -> Iterator[View]:
    """The regions of a picture that may be pictures of their own, largest first."""
    x, y = picture.trim_box[:2]
    for left, top, right, bottom in region_boxes(picture.trimmed):
        yield part_of(picture, (left + x, top + y, right + x, bottom + y))


def part_of(picture: PreparedPicture, box: Box) -> View:
    """The part of a picture within a box, in pixels of the whole."""
    left, top, right, bottom = box
    width, height = picture.whole.size
    scale = np.diag([(right - left) / width, (bottom - top) / height, 1])
    scale[:2, 2] = left / width, top / height
    return View(_prepared(picture.whole.crop(box)), scale)


def quarter_turns(picture: PreparedPicture) -> Iterator[View]:
    """The picture turned by 90, 180 and 270 degrees."""
    for degrees, transposition in _QUARTERS.items():
        turned = picture.whole.transpose(transposition)
        yield View(_prepared(turned), undoing(Form(flipped=False, rotation=degrees)), degrees)


def oblique_turns(picture: PreparedPicture) -> Iterator[View]:
    """The picture turned by multiples of 30 degrees that are no quarter turns.

    Each is cropped to the largest upright rectangle that shows nothing beyond the frame, which is
    just the picture where the query shows it turned on a ground.
    """
    frame = _reduced(picture.whole)
    for degrees in range(_STEP, _FULL_TURN, _STEP):
        if degrees % 90:
            yield _turned(frame, degrees)


def windows(picture: PreparedPicture) -> Iterator[View]:
    """Overlapping windows over the whole picture, at two scales."""
    frame = _reduced(picture.whole)
    reduced = PreparedPicture(frame, (0, 0, *frame.size), *frame.size)
    for share, number in _WINDOWS:
        across, down = (_spans(side, share, number) for side in frame.size)
        for top, bottom in down:
            for left, right in across:
                yield part_of(reduced, (left, top, right, bottom))


def _turned(frame: Image.Image, degrees: int) -> View:
    """The frame turned clockwise, cropped to what shows nothing beyond it."""
    sides = np.array(frame.size, float)
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    seen = np.maximum(1, np.floor(_inscribed(*frame.size, abs(sine), abs(cosine))))
    back = np.array([[cosine, sine], [-sine, cosine]])
    start = sides / 2 - back @ (seen / 2)
    pixels = np.column_stack([back, start])
    size = (int(seen[0]), int(seen[1]))
    view = frame.transform(
        size, Image.Transform.AFFINE, tuple(pixels.ravel().tolist()), Image.Resampling.BILINEAR
    )
    to_whole = np.vstack([pixels * [*seen, 1] / sides[:, None], [0, 0, 1]])
    return View(_prepared(view), to_whole, degrees)


def _inscribed(width: float, height: float, sine: float, cosine: float) -> tuple[float, float]:
    """Width and height of the largest upright rectangle within a turned one."""
    long, short = max(width, height), min(width, height)
    if short <= 2 * sine * cosine * long:
        wide, high = short / 2 / sine, short / 2 / cosine
        return (wide, high) if width >= height else (high, wide)
    spread = cosine * cosine - sine * sine
    return (width * cosine - height * sine) / spread, (height * cosine - width * sine) / spread


def _spans(side: int, share: float, number: int) -> list[tuple[int, int]]:
    """Starts and ends, in pixels, of evenly spaced spans of a side."""
    length = max(1, round(share * side))
    starts = np.linspace(0, side - length, number).astype(int).tolist()
    return [(start, start + length) for start in starts]


def _reduced(frame: Image.Image) -> Image.Image:
    """A copy that is large enough for the smallest view."""
    factor = max(frame.size) // _MAX_FRAME + 1
    return frame.reduce(factor) if factor > 1 else frame


def _prepared(view: Image.Image) -> PreparedPicture:
    return PreparedPicture(view, trim_box(view), *view.size)
