"""Findings of rivals and siblings, and a verifier that says what each takes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from typing_extensions import override

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.finding import Evidence, Finding, Verdict
from lookalike.matching.odds import log_odds
from lookalike.matching.rivals import Rivals
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture
from lookalike.products import Product
from tests.builders import a_fingerprint_id, a_picture, a_product
from tests.unit.matching.fakes import ToldVerifier, on_query

QUERY, FIRST, SECOND, THIRD, FOURTH = 1, 2, 3, 4, 5
SHOWN = (FIRST, SECOND, THIRD, FOURTH)
LIKELY = 0.8
APART = 1e-9
"""Probability that two pictures of different photographs show one."""
ALIKE = 0.875
"""Agreement of a picture that hardly differs from the others."""


class TakingVerifier(ToldVerifier):
    """Takes the score of the rival; scores are log odds."""

    @override
    def lost_to_rival(self, score: float) -> float:
        return score

    @override
    def lost_to_sibling(self, finding: Finding, sibling: Finding) -> float | None:
        return None if sibling.agreement == ALIKE else 2 * sibling.agreement

    @override
    def _finding(self, fingerprint_id: str) -> Finding:
        found = super()._finding(fingerprint_id)
        odds = found.probability / (1 - found.probability)
        return replace(found, score=math.log(odds))


class ComparingVerifier(TakingVerifier):
    """Gives stored pictures another probability to be copies of each other."""

    def __init__(self, probabilities: Mapping[int, float], alike: Mapping[int, float]) -> None:
        """Expects the latter by the larger number of a pair."""
        super().__init__(probabilities)
        self._between_stored = alike

    @override
    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        for found in super().verify(picture, query, candidates, catalogue_size):
            [stored] = (n for n in range(100) if a_fingerprint_id(n) == found.fingerprint_id)
            pair = max(picture.width, stored) if picture.width != QUERY else QUERY
            alike = self._between_stored.get(pair)
            yield found if alike is None else replace(found, probability=alike)


def likely(number: int, score: float = 2.0, verdict: Verdict = Verdict.EDITED_COPY) -> Finding:
    return Finding(a_fingerprint_id(number), LIKELY, verdict, Evidence(20, 100), score=score)


def lying(number: int, agreement: float, score: float = -3.0) -> Finding:
    """A finding whose picture lies on the query, and which is no rival by its score."""
    return replace(likely(number, score), on_query=on_query(agreement))


PRODUCTS = tuple(a_product(n, sku=f"sku{n}") for n in SHOWN)


def rivals_of(verifier: Verifier, products: Sequence[Product] = PRODUCTS) -> Rivals:
    """Among the stored pictures, of which these products show some."""
    pictures = {a_fingerprint_id(n): a_picture(n) for n in SHOWN}
    found = Rivals(
        verifier,
        lambda ids: {name: pictures[name] for name in ids},
        lambda name: (p for p in products if name in {i.fingerprint_id for i in p.images}),
    )
    found.begin()
    return found


def lost_by(found: Finding) -> float:
    """Log odds that other pictures took."""
    return log_odds(found.alone) - log_odds(found.probability) if found.losses else 0.0
