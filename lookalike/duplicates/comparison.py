"""Compares stored pictures with those that are near to them, without their files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lookalike.duplicates.candidates import Candidates
from lookalike.duplicates.decided_pairs import in_batches
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.fingerprint.stored_query import stored_query
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import Calibration
from lookalike.matching.finding import Evidence, Finding, Outline
from lookalike.matching.retrieval import verified_for
from lookalike.matching.rivals import Rivals
from lookalike.matching.thumbnail_verifier import ThumbnailVerifier
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture
from lookalike.products import Product
from lookalike.storage.duplicates import PictureLink
from lookalike.storage.interfaces import PictureStore
from lookalike.verification.classifier import classifier_version

COMPARISON_RECIPE = 3
"""Counts changes of how stored pictures are compared; raise it, and all are compared anew."""
IN_VAIN_SHARE = 0.4
"""Of the candidates in a row without a copy that end a check, the share that ends the search for
one picture: every pair may be found from both of its sides. With twice as many, no further copy was
found among 1,433 pictures."""
MIN_LINK_PROBABILITY = 0.025
"""Probability from which what a search finds is kept, if nothing was taken from it. Groups need
more; see ``grouping``."""
_DECIMALS = 4


def recipe(calibration: Calibration) -> str:
    """The version of all that decides about a link; links of another one do not count."""
    fitted = hashlib.sha256(repr(calibration).encode()).hexdigest()[:8]
    return f"{COMPARISON_RECIPE} {ALGORITHM_VERSION} {classifier_version()} {fitted}"


class StoredComparison:
    """Compares stored pictures.

    Args:
        pictures: that are stored.
        candidates: what each of them is compared with.
        verifier: verifies candidates.
    """

    def __init__(
        self,
        pictures: PictureStore,
        candidates: Candidates,
        verifier: Verifier,
    ) -> None:
        self._pictures = pictures
        self._candidates = candidates
        self._verifier = ThumbnailVerifier(verifier)

    def with_nearest(self, fingerprint_id: str) -> list[PictureLink]:
        """Compare a picture with those that are nearest to it on all hashes.

        Every pair is compared from both sides: a crop is found in its original more often than the
        original in its crop. As in a check, what is not surely a copy loses to siblings and rivals;
        each picture counts as a product of its own there. What lost is kept, however little is
        left: grouping would compare it again, as a pair about which nothing is known.

        Raises:
            SignatureError: its stored signature cannot be read.
        """
        stored = self._pictures.get_many([fingerprint_id]).get(fingerprint_id)
        if stored is None or stored.fingerprint.is_featureless:
            return []
        query, size = _Query.of(stored), self._candidates.count()
        read = {fingerprint_id: stored}
        findings = list(self._findings(query, self._likely(query, size, read), size))
        rivals = Rivals(self._verifier, lambda ids: {name: read[name] for name in ids}, _product_of)
        rivals.begin()
        return [
            _link(fingerprint_id, found)
            for found in rivals.lowered(findings)
            if found.probability >= MIN_LINK_PROBABILITY or found.losses
        ]

    def with_each(self, fingerprint_id: str, others: Iterable[str]) -> list[PictureLink]:
        """Compare a picture with each of these, and keep whatever is found.

        Raises:
            SignatureError: its stored signature cannot be read.
        """
        pictures = self._pictures.get_many([fingerprint_id, *others])
        stored = pictures.pop(fingerprint_id, None)
        if stored is None:
            return []
        found = self._verified(_Query.of(stored), pictures.values(), self._candidates.count())
        return [_link(fingerprint_id, each) for each in found]

    def _likely(self, query: _Query, size: int, read: dict[str, Picture]) -> Iterator[Picture]:
        """The candidates, each of which is added to what was read."""
        found = self._candidates.of(query.fingerprint)
        others = (name for name in found if name != query.fingerprint_id)
        for some in in_batches(others, verified_for(size)):
            pictures = self._pictures.get_many(some)
            read |= pictures
            yield from (pictures[name] for name in some if name in pictures)

    def _findings(
        self, query: _Query, candidates: Iterable[Picture], size: int
    ) -> Iterator[Finding]:
        """Findings until so many in a row are no copies that none is likely to follow."""
        in_vain, most = 0, round(IN_VAIN_SHARE * verified_for(size))
        for finding in self._verified(query, candidates, size):
            in_vain = 0 if finding.is_matched else in_vain + 1
            yield finding
            if in_vain >= most:
                return

    def _verified(
        self, query: _Query, candidates: Iterable[Picture], size: int
    ) -> Iterator[Finding]:
        version = query.fingerprint.fingerprint.version
        comparable = (
            picture
            for picture in candidates
            if picture.fingerprint.version == version and not picture.fingerprint.is_featureless
        )
        return self._verifier.verify(query.frame, query.fingerprint, comparable, size)


@dataclass(frozen=True, slots=True)
class _Query:
    """A stored picture that is compared with others."""

    frame: PreparedPicture
    fingerprint: QueryFingerprint

    @classmethod
    def of(cls, stored: Picture) -> _Query:
        return cls(*stored_query(stored.fingerprint))

    @property
    def fingerprint_id(self) -> str:
        return self.fingerprint.fingerprint.fingerprint_id


def _product_of(fingerprint_id: str) -> Iterator[Product]:
    """A product that shows this picture alone."""
    yield Product(fingerprint_id, "", None, fingerprint_id)


def _link(query: str, finding: Finding) -> PictureLink:
    return PictureLink(
        query,
        finding.fingerprint_id,
        finding.probability,
        finding.verdict.value,
        _evidence(finding.evidence),
    )


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """Evidence as JSON has it: ``a`` is the query."""
    return {
        "phash_distance": evidence.phash_distance,
        "deep_distance": evidence.deep_distance,
        "flipped": evidence.flipped,
        "rotation": evidence.rotation,
        "area_of_a": _rounded(evidence.area_of_query),
        "area_of_b": _rounded(evidence.area_of_match),
        "outline_of_a": _corners(evidence.outline_of_query),
        "outline_of_b": _corners(evidence.outline_of_match),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, _DECIMALS)


def _corners(outline: Outline | None) -> list[list[float]] | None:
    if outline is None:
        return None
    # Adding zero turns -0.0 into 0.0.
    return [[round(x, _DECIMALS) + 0.0, round(y, _DECIMALS) + 0.0] for x, y in outline]
