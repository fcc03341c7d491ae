"""Second attempts: views of a query that matches nothing as a whole are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.images.preparation import PreparedPicture
from lookalike.images.regions import SMALL
from lookalike.matching.calibration import size_with
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding, Verdict
from lookalike.matching.nearness import (
    CLEARLY_NEAR,
    NEAR_WITHIN,
    POSSIBLY_NEAR,
    Nearness,
    near_pairs,
)
from lookalike.matching.ranking import LIKELY, SURE, as_lowered
from lookalike.matching.rectangle_views import rectangle_views
from lookalike.matching.target import Target
from lookalike.matching.verifier import Verifier
from lookalike.matching.views import (
    View,
    find_regions,
    inverted,
    oblique_turns,
    part_of,
    pixels_of,
    quarter_turns,
    windows,
)
from lookalike.pictures import Picture
from lookalike.verification.transforms import area, box_to_unit, clipped_to_frame, moved

LARGE_PART = 0.4
"""Share of a stored picture from which a view that shows so much of it need not be surely a copy.
Siblings share smaller parts, as a lid, a sleeve or a wheel, and so do other things by chance. As
much of a product on wide white is a smaller part of the frame, and a copy from ``LIKELY`` on: from
50 % on, nine further copies were found among 13,109 questions about shops left out, and ten other
products taken for copies, made pairs among them."""
LEAST_OF_REGION = 0.2
"""Share of what a stored picture has within its border that a region must show, however surely it
is a copy: the disc or the box of a logo is a part of many things."""
MIN_TURNED = 0.94
"""Probability from which a quarter turn shows a copy. It is seldom one that nothing else finds, and
unrelated pictures in stripes come as near."""


class ViewFinding(NamedTuple):
    """A finding of a view, about the whole query.

    Attributes:
        finding: about a stored picture.
        part: share (0 to 1) of what that has within its border that the view shows; ``None`` where
            it is unknown.
    """

    finding: Finding
    part: float | None


class Attempt(NamedTuple):
    """Looks for copies in views of a query; ``least`` is the probability (0 to 1) of one."""

    findings: Callable[[PreparedPicture, Target], Iterable[ViewFinding]]
    least: float = 0.0


class SecondAttempts:
    """Checks views of queries.

    Args:
        fingerprinter: computes the fingerprints of views.
        verifier: verifies them.
    """

    def __init__(self, fingerprinter: Fingerprinter, verifier: Verifier) -> None:
        self._fingerprinter = fingerprinter
        self._verifier = verifier
        turned = Attempt(self._turned, MIN_TURNED)
        self._attempts: Mapping[Effort, Sequence[Attempt]] = {
            Effort.FAST: (),
            Effort.NORMAL: (turned, Attempt(self._regions)),
            Effort.THOROUGH: (
                turned,
                Attempt(self._small_parts),
                Attempt(self._inverted, SURE),  # on grey, a negative is like another colour
                Attempt(self._turned_by_any_angle),
                Attempt(self._in_part),
            ),
        }

    def copies(
        self,
        picture: PreparedPicture,
        target: Target,
        effort: Effort,
        findings: Sequence[Finding] = (),
    ) -> list[Finding]:
        """Find pictures that views of this one show, by the first attempt that finds any.

        Pictures that only look like a view are left out. What ``findings``, about the query as a
        whole, have lost, the same pictures lose in part, too.
        """
        for attempt in self._attempts[effort]:
            found = attempt.findings(picture, target)
            if copies := _sure_enough(found, findings, attempt.least):
                return copies
        return []

    def laid_over(
        self, picture: PreparedPicture, findings: Sequence[Finding], target: Target
    ) -> list[Finding]:
        """Find further pictures that lie on the one that is likeliest to be the query.

        That is what differs from it in one part, and what lies within the rectangles of a query
        that is found but shows something else. They are no rivals of the picture below them. What
        is found as a whole is left out: a part of it tells less.

        Args:
            picture: the query.
            findings: about the query as a whole.
            target: what it is checked against.
        """
        likeliest = max(findings, key=lambda finding: finding.probability, default=None)
        found: list[ViewFinding] = []
        if likeliest is None:
            return []
        if likeliest.patch is not None:
            view = part_of(picture, pixels_of(picture, likeliest.patch))
            found += self._in_regions([view], target)
        if likeliest.is_matched and likeliest.verdict is not Verdict.DUPLICATE:
            found += self._rectangles(picture, target)
        known = {finding.fingerprint_id for finding in findings if finding.is_matched}
        return [f for f in _sure_enough(found, findings) if f.fingerprint_id not in known]

    def _turned(self, picture: PreparedPicture, target: Target) -> Iterator[ViewFinding]:
        return self._near_views(list(quarter_turns(picture)), target, CLEARLY_NEAR)

    def _inverted(self, picture: PreparedPicture, target: Target) -> Iterator[ViewFinding]:
        return self._near_views([inverted(picture)], target, CLEARLY_NEAR)

    def _rectangles(self, picture: PreparedPicture, target: Target) -> Iterator[ViewFinding]:
        return self._near_views(rectangle_views(picture), target, NEAR_WITHIN)

    def _turned_by_any_angle(
        self, picture: PreparedPicture, target: Target
    ) -> Iterator[ViewFinding]:
        return self._near_views(list(oblique_turns(picture)), target, POSSIBLY_NEAR)

    def _in_part(self, picture: PreparedPicture, target: Target) -> Iterator[ViewFinding]:
        return self._near_views(list(windows(picture)), target, POSSIBLY_NEAR)

    def _regions(self, picture: PreparedPicture, target: Target) -> Iterator[ViewFinding]:
        return self._in_regions(find_regions(picture), target)

    def _small_parts(self, picture: PreparedPicture, target: Target) -> Iterator[ViewFinding]:
        yield from self._in_regions(find_regions(picture, SMALL), target)
        yield from self._rectangles(picture, target)

    def _in_regions(self, found: Iterable[View], target: Target) -> Iterator[ViewFinding]:
        """Check each region like a query of its own."""
        queries = {region: self._fingerprinter.query(region.picture) for region in found}
        known = {r: query for r, query in queries.items() if not query.fingerprint.is_featureless}
        size = size_with(len(known), target.size)
        for region, query in known.items():
            findings = list(target.findings(region.picture, query, size))
            stored = {picture.fingerprint_id: picture for picture in target.pictures_of(findings)}
            for finding in findings:
                part = _shown_part(stored.get(finding.fingerprint_id), finding)
                if part is None or part >= LEAST_OF_REGION:
                    yield ViewFinding(region.finding_of_whole(finding), part)

    def _near_views(
        self, views: Sequence[View], target: Target, nearness: Nearness
    ) -> Iterator[ViewFinding]:
        """Verify the views that a stored picture is near to on the deep hash."""
        if not views:
            return
        deferred = {view: self._fingerprinter.deferred_query(view.picture) for view in views}
        rows = np.concatenate([query.deep for query in deferred.values()])
        size = size_with(len(views), target.size)
        for view, pictures in near_pairs(views, rows, target.near(rows), nearness).items():
            query = deferred[view].complete()
            if not query.fingerprint.is_featureless:
                found = self._verifier.verify(view.picture, query, pictures, size)
                for stored, finding in zip(pictures, found, strict=True):
                    part = _shown_part(stored, finding)
                    if (part or 0.0) >= nearness.part:
                        yield ViewFinding(view.finding_of_whole(finding), part)


def _shown_part(stored: Picture | None, finding: Finding) -> float | None:
    """The share of what a picture has within its border that a view shows, as far as known."""
    outline = finding.evidence.outline_of_match
    if stored is None or outline is None:
        return None
    within_border = box_to_unit(stored.fingerprint.trim_box)
    return area(clipped_to_frame(moved(within_border, np.array(outline))))


def _sure_enough(
    found: Iterable[ViewFinding], whole: Sequence[Finding], least: float = 0.0
) -> list[Finding]:
    """What views surely show, without what the same pictures lost as a whole."""
    shown = list(found)
    lowered = as_lowered([each.finding for each in shown], whole)
    return [
        finding
        for finding, (_, part) in zip(lowered, shown, strict=True)
        if finding.probability >= least and _is_sure_enough(finding, part)
    ]


def _is_sure_enough(finding: Finding, part: float | None) -> bool:
    """Return whether a view shows a copy: surely, where it shows a small part of the picture."""
    if finding.verdict is Verdict.SIMILAR:
        return False
    share = finding.evidence.area_of_match
    is_large_of_frame = share is None or share >= LARGE_PART
    is_large_within_border = part is not None and part >= LARGE_PART
    least = 0.0 if is_large_of_frame else LIKELY if is_large_within_border else SURE
    return finding.probability >= least
