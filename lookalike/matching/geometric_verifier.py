"""Geometric verification: align each candidate with the query, classify it, choose a verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
from typing_extensions import override

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.images.regions import SMALL
from lookalike.matching.calibration import Calibration
from lookalike.matching.finding import (
    MIN_COPY_PROBABILITY,
    MIN_OTHER_COLOURS,
    Evidence,
    Finding,
    Verdict,
    outline_of,
)
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture
from lookalike.verification.candidate import Candidate
from lookalike.verification.classifier import Classifier
from lookalike.verification.colours import greyscale_difference, is_greyscale
from lookalike.verification.features import similarity_features
from lookalike.verification.overlaid import is_overlaid
from lookalike.verification.patch import patch
from lookalike.verification.placement import Placement, place_query
from lookalike.verification.query import QueryPicture
from lookalike.verification.result import Verification
from lookalike.verification.telling import OnQuery, lacking
from lookalike.verification.transforms import box_to_unit, inverse, moved
from lookalike.verification.unchanged import is_unchanged

MAX_UNCOMPARED = -1.0
"""Log odds, at most, of pictures whose blocks were not compared: no proof, and yet a doubt."""

MAX_SAME_GREY = 2.0
"""Mean difference in grey levels below which a picture in greyscale is the other one without its
colours."""

UNKNOWN_COLOURS = MIN_OTHER_COLOURS
"""Log odds of other colours where the stored picture is the query without them: it comes behind
one in the query's colours, and before one in others."""


class GeometricVerifier(Verifier):
    """Verifies candidates one by one.

    Args:
        network: describes further views of a query.
        classifier: turns the features of a verification into log odds.
        calibration: turns log odds into a probability.
    """

    def __init__(self, network: Network, classifier: Classifier, calibration: Calibration) -> None:
        self._network = network
        self._classifier = classifier
        self._calibration = calibration

    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        """Yield one finding per candidate, in their order; see ``Verifier.verify``."""
        query_picture = QueryPicture(picture, query, self._network)
        for stored in candidates:
            yield self._finding(Candidate(stored, query_picture), catalogue_size)

    @override
    def lost_to_rival(self, score: float) -> float:
        return self._calibration.lost_to_rival(score)

    @override
    def lost_to_sibling(self, finding: Finding, sibling: Finding) -> float | None:
        if finding.on_query is None or sibling.on_query is None:
            return None
        found = lacking(finding.on_query, sibling.on_query)
        return None if found is None else self._calibration.lost_to_sibling(found)

    @override
    def crowded(
        self, findings: Iterable[Finding], nearest: Callable[[str], int]
    ) -> Iterator[Finding]:
        distance: int | None = None
        for finding in findings:
            if not self._calibration.bends(finding.probability):
                yield finding
                continue
            if distance is None:
                distance = nearest(finding.fingerprint_id)
            yield replace(
                finding, probability=self._calibration.crowded(finding.probability, distance)
            )

    def _finding(self, candidate: Candidate, catalogue_size: int) -> Finding:
        verification = candidate.verify()
        number = candidate.fingerprint.fingerprint_id
        if candidate.query.fingerprint.fingerprint.fingerprint_id == number:
            evidence = _evidence(verification, _placement(candidate, verification))
            return Finding(number, 1.0, Verdict.DUPLICATE, evidence, score=math.inf)
        features = similarity_features(verification)
        score = self._classifier.same_photograph(features)
        if verification.blocks is None:
            score = min(score, MAX_UNCOMPARED)
        likely = partial(self._calibration.probability, score, catalogue_size)
        may_be_copy = likely(is_unchanged=True) >= MIN_COPY_PROBABILITY
        placement = _placement(candidate, verification) if may_be_copy else None
        is_unchanged = _is_unchanged(candidate, verification, placement)
        probability = likely(is_unchanged=is_unchanged)
        verdict = Verdict.DUPLICATE if probability >= MIN_COPY_PROBABILITY else Verdict.SIMILAR
        evidence = _evidence(verification, placement if verdict.is_copy else None)
        on_query = OnQuery.of(verification, candidate.pyramid, features)
        finding = Finding(number, probability, verdict, evidence, score=score, on_query=on_query)
        if is_unchanged and verdict.is_copy:
            return finding
        finding = replace(finding, patch=_patch(candidate, verification, features, placement))
        if not verdict.is_copy:
            return replace(finding, is_overlaid=is_overlaid(features))
        return self._with_colours(finding, candidate, verification, features)

    def _with_colours(
        self,
        finding: Finding,
        candidate: Candidate,
        verification: Verification,
        features: Mapping[str, float],
    ) -> Finding:
        """The finding of an edited copy or a colour variant."""
        difference = self._classifier.recoloured(features)
        has_other_colours = difference > MIN_OTHER_COLOURS
        verdict = Verdict.COLOUR_VARIANT if has_other_colours else Verdict.EDITED_COPY
        query_is_grey = candidate.query.is_greyscale
        if query_is_grey or _is_stored_in_greyscale(candidate):
            grey_difference = _greyscale_difference(verification)
            has_same_grey = grey_difference < MAX_SAME_GREY
            verdict = Verdict.EDITED_COPY if has_same_grey else verdict
            if query_is_grey:
                difference = grey_difference
            elif has_same_grey:
                difference = UNKNOWN_COLOURS
        return replace(finding, verdict=verdict, colour_difference=difference)


def _is_unchanged(
    candidate: Candidate, verification: Verification, placement: Placement | None
) -> bool:
    query, stored = candidate.query.fingerprint.fingerprint, candidate.fingerprint
    stretch = query.width * stored.height / (query.height * stored.width)
    blocks = verification.blocks
    return bool(placement and blocks and is_unchanged(placement, blocks, stretch))


def _is_stored_in_greyscale(candidate: Candidate) -> bool:
    return is_greyscale(np.asarray(candidate.pyramid.square(48), np.float32).reshape(-1, 3))


def _placement(candidate: Candidate, verification: Verification) -> Placement | None:
    transform, query = verification.transform, candidate.query.fingerprint.fingerprint
    if transform is None:
        return None
    return place_query(transform, query, candidate.fingerprint, candidate.query.shown)


def _patch(
    candidate: Candidate,
    verification: Verification,
    features: Mapping[str, float],
    placement: Placement | None,
) -> tuple[float, float, float, float] | None:
    """The box in the query's whole frame around the part that shows something else."""
    blocks = verification.blocks
    if placement is None or blocks is None:
        return None
    corners = patch(blocks.pixels, features)
    if corners is None:
        return None
    of_stored = moved(inverse(box_to_unit(candidate.fingerprint.trim_box)), corners)
    of_query = np.clip(moved(inverse(placement.transform), of_stored), 0, 1)
    (left, top), (right, bottom) = of_query.min(axis=0).tolist(), of_query.max(axis=0).tolist()
    is_large = min(right - left, bottom - top) >= SMALL.side
    return (left, top, right, bottom) if is_large else None


def _greyscale_difference(verification: Verification) -> float:
    blocks = verification.blocks
    if blocks is None:
        return math.inf
    shown = blocks.is_shown
    return greyscale_difference(blocks.stored_rgb[shown], blocks.query_rgb[shown])


def _evidence(verification: Verification, placement: Placement | None) -> Evidence:
    bits = verification.distances.phash, verification.distances.deep_nearest
    if placement is None:
        return Evidence(*bits)
    return Evidence(
        *bits,
        flipped=placement.flipped,
        rotation=placement.rotation,
        area_of_query=placement.area_of_query,
        area_of_match=placement.area_of_match,
        outline_of_query=outline_of(placement.outline_of_query),
        outline_of_match=outline_of(placement.outline_of_match),
    )
