"""Verification by looking: where the pictures agree, and how likely they are one photograph."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lookalike.fingerprint.hash_algorithm import QueryFingerprint
from lookalike.fingerprint.network import Network
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import Calibration
from lookalike.matching.contract import (
    COPY_FROM,
    Evidence,
    Finding,
    Outline,
    Verdict,
    Verifier,
)
from lookalike.pictures import Picture
from lookalike.verification.candidate import Candidate, Examination
from lookalike.verification.classifier import Judge
from lookalike.verification.colours import difference_in_greyscale
from lookalike.verification.features import similarity_terms
from lookalike.verification.placement import Placement, placement
from lookalike.verification.query import QueryPicture
from lookalike.verification.transforms import Points
from lookalike.verification.unchanged import is_unchanged

SAME_GREY = 2.0
"""Mean difference in grey levels below which a query in greyscale is the stored picture without its
colours."""


class GeometricVerifier(Verifier):
    """Examines every candidate and judges what it finds.

    Args:
        network: describes further views of a query.
        judge: weighs the evidence.
        calibration: turns that into a probability.
    """

    def __init__(self, network: Network, judge: Judge, calibration: Calibration) -> None:
        self._network = network
        self._judge = judge
        self._calibration = calibration

    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        """One finding per candidate, in their order; see ``Verifier.verify``."""
        question = QueryPicture(picture, query, self._network)
        for stored in candidates:
            yield self._finding(Candidate(stored, question), catalogue_size)

    def _finding(self, candidate: Candidate, catalogue_size: int) -> Finding:
        query, stored = candidate.query.fingerprint.fingerprint, candidate.fingerprint
        found = candidate.examine()
        is_same = query.fingerprint_id == stored.fingerprint_id
        terms = {} if is_same else similarity_terms(found)
        probability = 1.0 if is_same else self._probability(terms, catalogue_size)
        if probability < COPY_FROM:
            evidence = _evidence(found, None)
            return Finding(stored.fingerprint_id, probability, Verdict.SIMILAR, evidence)
        place = None if found.transform is None else placement(found.transform, query, stored)
        evidence = _evidence(found, place)
        finding = Finding(stored.fingerprint_id, probability, Verdict.DUPLICATE, evidence)
        if is_same or _is_the_picture_itself(candidate, found, place):
            return finding
        recoloured = self._judge.recoloured(terms)
        verdict = Verdict.COLOUR_VARIANT if recoloured > 0 else Verdict.EDITED_COPY
        if candidate.query.is_greyscale:
            away = _difference_in_greyscale(found)
            verdict = Verdict.EDITED_COPY if away < SAME_GREY else verdict
            return replace(finding, verdict=verdict, colours_away=away)
        return replace(finding, verdict=verdict, colours_away=recoloured)

    def _probability(self, terms: Mapping[str, float], catalogue_size: int) -> float:
        odds = self._judge.same_photograph(terms)
        return self._calibration.probability(odds, catalogue_size)


def _is_the_picture_itself(
    candidate: Candidate, found: Examination, place: Placement | None
) -> bool:
    query, stored = candidate.query.fingerprint.fingerprint, candidate.fingerprint
    stretch = query.width * stored.height / (query.height * stored.width)
    return bool(place and found.comparison and is_unchanged(place, found.comparison, stretch))


def _difference_in_greyscale(found: Examination) -> float:
    if found.comparison is None:
        return math.inf
    shown = found.comparison.is_shown
    colours = found.comparison.stored_rgb[shown], found.comparison.query_rgb[shown]
    return difference_in_greyscale(*colours)


def _evidence(found: Examination, place: Placement | None) -> Evidence:
    bits = found.distances.phash, found.distances.deep_nearest
    if place is None:
        return Evidence(*bits)
    return Evidence(
        *bits,
        flipped=place.flipped,
        rotation=place.rotation,
        area_of_query=place.area_of_query,
        area_of_match=place.area_of_match,
        outline_of_query=_outline(place.outline_of_query),
        outline_of_match=_outline(place.outline_of_match),
    )


def _outline(points: Points) -> Outline:
    return tuple((float(x), float(y)) for x, y in points)
