"""Verification by hashes alone: no look at the pictures, so template siblings can fool it."""

from __future__ import annotations

from collections.abc import Sequence

from lambdas.shared.fingerprint.interfaces import QueryFingerprint
from lambdas.shared.fingerprint.phash import FORMS
from lambdas.shared.images.preparation import PreparedPicture
from lambdas.shared.matching.calibration import Calibration
from lambdas.shared.matching.distances import Distances, distances
from lambdas.shared.matching.interfaces import Evidence, Finding, Verdict, Verifier
from lambdas.shared.pictures import Fingerprint, Picture

MOST_CERTAIN = 0.9999
"""Certainty is kept for the identical picture."""
COPY_FROM = 0.5
"""Probability from which a match is called a copy."""
SAME_PHASH = 2
"""Re-encoding and resizing move at most this many bits of the pHash (95 % of pictures)."""
SAME_DEEP = 64
"""… and about this many of the deep hash; cropping, overlays and light move more of one or both."""
SAME_ASPECT = 0.02
ALIGNED_PHASH = 14
"""Up to this pHash distance the whole frames show the same, in the form that was found."""


class HashVerifier(Verifier):
    """Probability and verdict from the distances of the hashes."""

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    def verify(
        self,
        picture: PreparedPicture,  # noqa: ARG002 - hashes need no second look
        query: QueryFingerprint,
        candidates: Sequence[Picture],
    ) -> list[Finding]:
        """One finding per candidate, in their order."""
        return [self._finding(query, candidate.fingerprint) for candidate in candidates]

    def _finding(self, query: QueryFingerprint, stored: Fingerprint) -> Finding:
        found = distances(query, stored)
        identical = query.fingerprint.fingerprint_id == stored.fingerprint_id
        likely = min(MOST_CERTAIN, self._calibration.probability(found))
        probability = 1.0 if identical else likely
        return Finding(
            stored.fingerprint_id,
            probability,
            _verdict(probability, found, query.fingerprint, stored),
            _evidence(found, query.fingerprint, stored),
        )


def _evidence(found: Distances, query: Fingerprint, stored: Fingerprint) -> Evidence:
    """Where the pHashes of two frames agree, the frames do; else hashes cannot tell where."""
    if found.phash > ALIGNED_PHASH:
        return Evidence(found.phash, found.deep_nearest)
    return Evidence(
        found.phash,
        found.deep_nearest,
        flipped=found.form.flipped,
        rotation=found.form.rotation,
        area_of_query=query.trimmed_area if found.of_trimmed_query else 1.0,
        area_of_match=stored.trimmed_area if found.of_trimmed_match else 1.0,
    )


def _verdict(
    probability: float, found: Distances, query: Fingerprint, stored: Fingerprint
) -> Verdict:
    if probability < COPY_FROM:
        return Verdict.SIMILAR
    same = (
        found.whole <= SAME_PHASH
        and found.form == FORMS[0]
        and found.deep <= SAME_DEEP
        and _same_aspect(query, stored)
    )
    return Verdict.DUPLICATE if same else Verdict.EDITED_COPY


def _same_aspect(a: Fingerprint, b: Fingerprint) -> bool:
    ratio = (a.width * b.height) / (a.height * b.width)
    return abs(ratio - 1) <= SAME_ASPECT
