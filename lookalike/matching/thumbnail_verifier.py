"""Verifies stored pictures, of which thumbnails alone are at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from typing_extensions import override

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.finding import LEAST_PROBABILITY, Evidence, Finding, Verdict
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture

MIN_SHARED_AREA = 0.1
"""Share of either picture that both must show. Below it, a thumbnail has too few pixels to tell a
crop from another photograph: 60 pixels a side. No copy among 1,433 pictures shares so little."""


class ThumbnailVerifier(Verifier):
    """Takes pictures that share less than thumbnails can show for unlike ones.

    Args:
        verifier: verifies the candidates.
    """

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    @override
    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        found = self._verifier.verify(picture, query, candidates, catalogue_size)
        return map(_unlike_where_little_is_shared, found)

    @override
    def lost_to_rival(self, score: float) -> float:
        return self._verifier.lost_to_rival(score)

    @override
    def lost_to_sibling(self, finding: Finding, sibling: Finding) -> float | None:
        return self._verifier.lost_to_sibling(finding, sibling)

    @override
    def crowded(
        self, findings: Iterable[Finding], nearest: Callable[[str], int]
    ) -> Iterator[Finding]:
        return self._verifier.crowded(findings, nearest)


def _unlike_where_little_is_shared(finding: Finding) -> Finding:
    if not _shares_too_little(finding.evidence):
        return finding
    distances = Evidence(finding.evidence.phash_distance, finding.evidence.deep_distance)
    return Finding(finding.fingerprint_id, LEAST_PROBABILITY, Verdict.SIMILAR, distances)


def _shares_too_little(evidence: Evidence) -> bool:
    areas = (evidence.area_of_query, evidence.area_of_match)
    return any(area is not None and area < MIN_SHARED_AREA for area in areas)
