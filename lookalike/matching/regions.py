"""Regions of a query: pictures within a picture, each checked as a query of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture
from lookalike.images.regions import region_boxes
from lookalike.matching.calibration import MAX_PROBABILITY
from lookalike.matching.finding import Finding, Outline, Verdict


@dataclass(frozen=True, slots=True)
class Region:
    """A picture within a picture.

    Attributes:
        picture: the region, prepared like a picture of its own.
        box: left, top, right, bottom as fractions of the whole picture.
    """

    picture: PreparedPicture
    box: tuple[float, float, float, float]

    def finding_of_whole(self, finding: Finding) -> Finding:
        """Turn a finding of this region into one of the whole picture.

        The whole picture is never the matched one itself: at most an edited copy, and less certain.
        """
        evidence = finding.evidence
        left, top, right, bottom = self.box
        share = (right - left) * (bottom - top)
        area, outline = evidence.area_of_query, evidence.outline_of_query
        is_same = finding.verdict is Verdict.DUPLICATE
        return replace(
            finding,
            probability=min(finding.probability, MAX_PROBABILITY),
            verdict=Verdict.EDITED_COPY if is_same else finding.verdict,
            evidence=replace(
                evidence,
                area_of_query=None if area is None else area * share,
                outline_of_query=None if outline is None else self._in_whole(outline),
            ),
        )

    def _in_whole(self, outline: Outline) -> Outline:
        left, top, right, bottom = self.box
        return tuple((left + x * (right - left), top + y * (bottom - top)) for x, y in outline)


def find_regions(picture: PreparedPicture) -> Iterator[Region]:
    """The regions of a picture that may be pictures of their own, largest first."""
    x, y = picture.trim_box[:2]
    width, height = picture.whole.size
    for left, top, right, bottom in region_boxes(picture.trimmed):
        box = (left + x, top + y, right + x, bottom + y)
        cut_out = picture.whole.crop(box)
        prepared = PreparedPicture(cut_out, trim_box(cut_out), *cut_out.size)
        yield Region(prepared, (box[0] / width, box[1] / height, box[2] / width, box[3] / height))
