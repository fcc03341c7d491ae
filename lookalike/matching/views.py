"""Views of a query: parts of it, and the query turned, each checked like a picture of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from lookalike.fingerprint.phash import Form
from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture
from lookalike.images.regions import region_boxes
from lookalike.matching.calibration import MAX_PROBABILITY
from lookalike.matching.finding import Evidence, Finding, Outline, Verdict
from lookalike.verification.transforms import Transform, moved, undoing

Box = tuple[int, int, int, int]

_QUARTERS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Transpositions by the degrees clockwise by which they turn; Pillow counts anticlockwise."""


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
        is_same = finding.verdict is Verdict.DUPLICATE
        return replace(
            finding,
            probability=min(finding.probability, MAX_PROBABILITY),
            verdict=Verdict.EDITED_COPY if is_same else finding.verdict,
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


def _prepared(view: Image.Image) -> PreparedPicture:
    return PreparedPicture(view, trim_box(view), *view.size)
