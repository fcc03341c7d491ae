"""Pictures within a picture, each to be checked as a query of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import SUREST
from lookalike.matching.contract import Finding, Outline, Verdict
from lookalike.verification.regions import regions


@dataclass(frozen=True, slots=True)
class PictureWithin:
    """A part of a picture.

    Attributes:
        picture: the part.
        box: left, top, right, bottom in the whole, as fractions of it.
    """

    picture: PreparedPicture
    box: tuple[float, float, float, float]

    def seen_in_whole(self, finding: Finding) -> Finding:
        """What was found of the part, said of the whole: it is never the picture itself."""
        evidence = finding.evidence
        left, top, right, bottom = self.box
        share = (right - left) * (bottom - top)
        area, outline = evidence.area_of_query, evidence.outline_of_query
        is_same = finding.verdict is Verdict.DUPLICATE
        return replace(
            finding,
            probability=min(finding.probability, SUREST),
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


def pictures_within(picture: PreparedPicture) -> Iterator[PictureWithin]:
    """The regions of a picture that may be pictures of their own."""
    offset_x, offset_y = picture.trim_box[:2]
    width, height = picture.whole.size
    for region in regions(picture.trimmed):
        x, y = offset_x, offset_y
        box = (region[0] + x, region[1] + y, region[2] + x, region[3] + y)
        part = picture.whole.crop(box)
        prepared = PreparedPicture(part, trim_box(part), *part.size)
        yield PictureWithin(
            prepared, (box[0] / width, box[1] / height, box[2] / width, box[3] / height)
        )


def turned_round(finding: Finding, fingerprint_id: str) -> Finding:
    """What was found of b by asking about a, as if a had been found by asking about b.

    Args:
        finding: as it was found.
        fingerprint_id: of the picture that was asked about.
    """
    evidence = finding.evidence
    rotation = evidence.rotation
    if rotation is not None and not evidence.flipped:  # what is mirrored turns back the same way
        rotation = -rotation % 360
    return replace(
        finding,
        fingerprint_id=fingerprint_id,
        evidence=replace(
            evidence,
            rotation=rotation,
            area_of_query=evidence.area_of_match,
            area_of_match=evidence.area_of_query,
            outline_of_query=evidence.outline_of_match,
            outline_of_match=evidence.outline_of_query,
        ),
    )
