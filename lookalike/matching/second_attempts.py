"""Second attempts: views of a query that matches nothing as a whole are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.distances import hamming
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.layout import HashRows
from lookalike.images.preparation import PreparedPicture
from lookalike.images.regions import SMALL
from lookalike.matching.calibration import size_with
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding, Verdict
from lookalike.matching.ranking import SURE, as_lowered
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


class Nearness(NamedTuple):
    """Which pairs of a view and a stored picture are verified.

    Attributes:
        distance: bits between their deep hashes up to which they are.
        most: how many pairs at most: the nearest ones.
        views: in how many views each picture is verified, at most.
        part: share (0 to 1) of what a picture has within its border that a view must show, at
            least.
    """

    distance: int
    most: int
    views: int = 1
    part: float = 0.0


CLEARLY_NEAR = Nearness(160, 3)
"""For quarter turns and negatives: 95 % of cropped and turned pictures are as near. Of unrelated
pictures, hardly any photograph and every eighth shop picture in a common pose is, at 300
pictures."""
NEAR_WITHIN = Nearness(190, 6, part=0.4)
"""For what lies within rectangles, few of which are pictures of their own. A print or a logo may be
on two products, and is a small part of them. Of its frame, a product on wide white is one, too."""
POSSIBLY_NEAR = Nearness(215, 12, views=2)
"""For turns by any angle and windows, among some thousand pictures. The nearest of the turned views
may be turned the wrong way, so each picture is verified in two; ``docs/decisions.md`` has what
they find."""
LARGE_PART = 0.4
"""Share of a stored picture from which a view that shows so much of it need not be surely a copy.
Siblings share smaller parts, as a lid, a sleeve or a wheel, and so do other things by chance."""
LEAST_OF_REGION = 0.2
"""Share of what a stored picture has within its border that a region must show, however surely it
is a copy: the disc or the box of a logo is a part of many things."""
MIN_TURNED = 0.94
"""Probability from which a quarter turn shows a copy. It is seldom one that nothing else finds, and
unrelated pictures in stripes come as near."""


class Attempt(NamedTuple):
    """Looks for copies in views of a query; ``least`` is the probability (0 to 1) of one."""

    findings: Callable[[PreparedPicture, Target], Iterable[Finding]]
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
        found: list[Finding] = []
        if likeliest is None:
            return found
        if likeliest.patch is not None:
            view = part_of(picture, pixels_of(picture, likeliest.patch))
            found += self._in_regions([view], target)
        if likeliest.is_matched and likeliest.verdict is not Verdict.DUPLICATE:
            found += self._rectangles(picture, target)
        known = {finding.fingerprint_id for finding in findings if finding.is_matched}
        return [f for f in _sure_enough(found, findings) if f.fingerprint_id not in known]

    def _turned(self, picture: PreparedPicture, target: Target) -> Iterator[Finding]:
        return self._near_views(list(quarter_turns(picture)), target, CLEARLY_NEAR)

    def _inverted(self, picture: PreparedPicture, target: Target) -> Iterator[Finding]:
        return self._near_views([inverted(picture)], target, CLEARLY_NEAR)

    def _rectangles(self, picture: PreparedPicture, target: Target) -> Iterator[Finding]:
        return self._near_views(rectangle_views(picture), target, NEAR_WITHIN)

    def _turned_by_any_angle(self, picture: PreparedPicture, target: Target) -> Iterator[Finding]:
        return self._near_views(list(oblique_turns(picture)), target, POSSIBLY_NEAR)

    def _in_part(self, picture: PreparedPicture, target: Target) -> Iterator[Finding]:
        return self._near_views(list(windows(picture)), target, POSSIBLY_NEAR)

    def _regions(self, picture: PreparedPicture, target: Target) -> Iterator[Finding]:
        return self._in_regions(find_regions(picture), target)

    def _small_parts(self, picture: PreparedPicture, target: Target) -> Iterator[Finding]:
        yield from self._in_regions(find_regions(picture, SMALL), target)
        yield from self._rectangles(picture, target)

    def _in_regions(self, found: Iterable[View], target: Target) -> Iterator[Finding]:
        """Check each region like a query of its own."""
        queries = {region: self._fingerprinter.query(region.picture) for region in found}
        known = {r: query for r, query in queries.items() if not query.fingerprint.is_featureless}
        size = size_with(len(known), target.size)
        for region, query in known.items():
            findings = list(target.findings(region.picture, query, size))
            stored = {picture.fingerprint_id: picture for picture in target.pictures_of(findings)}
            for finding in findings:
                shown = _shown_part(stored.get(finding.fingerprint_id), finding)
                if shown is None or shown >= LEAST_OF_REGION:
                    yield region.finding_of_whole(finding)

    def _near_views(
        self, views: Sequence[View], target: Target, nearness: Nearness
    ) -> Iterator[Finding]:
        """Verify the views that a stored picture is near to on the deep hash."""
        if not views:
            return
        deferred = {view: self._fingerprinter.deferred_query(view.picture) for view in views}
        rows = np.concatenate([query.deep for query in deferred.values()])
        size = size_with(len(views), target.size)
        for view, pictures in _near_pairs(views, rows, target.near(rows), nearness).items():
            query = deferred[view].complete()
            if not query.fingerprint.is_featureless:
                found = self._verifier.verify(view.picture, query, pictures, size)
                for stored, finding in zip(pictures, found, strict=True):
                    if (_shown_part(stored, finding) or 0.0) >= nearness.part:
                        yield view.finding_of_whole(finding)


def _shown_part(stored: Picture | None, finding: Finding) -> float | None:
    """The share of what a picture has within its border that a view shows, as far as known."""
    outline = finding.evidence.outline_of_match
    if stored is None or outline is None:
        return None
    within_border = box_to_unit(stored.fingerprint.trim_box)
    return area(clipped_to_frame(moved(within_border, np.array(outline))))


def _sure_enough(
    found: Iterable[Finding], whole: Sequence[Finding], least: float = 0.0
) -> list[Finding]:
    """What views surely show, without what the same pictures lost as a whole."""
    lowered = as_lowered(found, whole)
    return [each for each in lowered if each.probability >= least and _is_sure_enough(each)]


def _is_sure_enough(finding: Finding) -> bool:
    """Return whether a view shows a copy: surely, where it shows a small part of the picture."""
    if finding.verdict is Verdict.SIMILAR:
        return False
    part = finding.evidence.area_of_match
    return finding.probability >= SURE or part is None or part >= LARGE_PART


def _near_pairs(
    views: Sequence[View], rows: HashRows, pictures: Iterable[Picture], nearness: Nearness
) -> dict[View, list[Picture]]:
    """The pictures that are near to a view, each by the views that are nearest to it."""
    pairs = [
        (*pair, picture)
        for picture in pictures
        for pair in _nearest_rows(rows, picture)[: nearness.views]
    ]
    near = sorted((pair for pair in pairs if pair[0] <= nearness.distance), key=lambda p: p[0])
    found: dict[View, list[Picture]] = {}
    for _, number, picture in near[: nearness.most]:
        found.setdefault(views[number], []).append(picture)
    return found


def _nearest_rows(rows: HashRows, picture: Picture) -> list[tuple[int, int]]:
    """The distances of a stored picture from all rows, the smallest first, and their numbers."""
    hashes = picture.fingerprint.hashes
    stored = [hashes[field] for field in DeepHash.layout.fields if field in hashes]
    each = hamming(rows, np.stack([np.frombuffer(value, np.uint8) for value in stored])).min(axis=1)
    return [(int(each[number]), int(number)) for number in each.argsort(kind="stable")]
