"""A check, step by step: candidates, verification, and the products of what was matched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from lambdas.shared.errors import ImageFeaturelessError
from lambdas.shared.fingerprint.interfaces import Fingerprinter, QueryFingerprint
from lambdas.shared.images.preparation import PreparedPicture
from lambdas.shared.matching.interfaces import (
    CheckOptions,
    CheckResult,
    Finding,
    Match,
    Matcher,
    Verifier,
)
from lambdas.shared.pictures import Fingerprint, Picture
from lambdas.shared.storage.interfaces import Storage

CANDIDATES = 50
"""Nearest pictures asked for on each hash. Looking at one costs microseconds, and the right one
is more often among many; see docs/decisions.md."""


class CatalogueMatcher(Matcher):
    """Checks pictures against one storage."""

    def __init__(self, storage: Storage, fingerprinter: Fingerprinter, verifier: Verifier) -> None:
        self._storage = storage
        self._fingerprinter = fingerprinter
        self._verifier = verifier

    def check(self, picture: PreparedPicture, options: CheckOptions) -> CheckResult:
        """Which products show this picture; see ``Matcher.check``."""
        query = self._fingerprinter.query(picture)
        _refuse_featureless(query.fingerprint)
        findings = self._verifier.verify(picture, query, self._candidates(query))
        matches = islice(self._matches(findings, options), options.top)
        return CheckResult(tuple(matches), query)

    def compare(self, a: PreparedPicture, b: PreparedPicture) -> Finding:
        """Whether two pictures come from one photograph; see ``Matcher.compare``."""
        query = self._fingerprinter.query(a)
        stored = self._fingerprinter.fingerprint(b)
        _refuse_featureless(query.fingerprint)
        _refuse_featureless(stored)
        (finding,) = self._verifier.verify(a, query, [Picture(stored, last_seen=0)])
        return finding

    def _candidates(self, query: QueryFingerprint) -> Sequence[Picture]:
        """The nearest pictures on each hash, and the very same picture.

        The latter is found by its id even before the index has heard of it.
        """
        found = self._storage.vectors.nearest(query.rows, CANDIDATES)
        ids = {query.fingerprint.fingerprint_id}
        ids |= {neighbour.fingerprint_id for nearest in found.values() for neighbour in nearest}
        pictures = self._storage.pictures.get_many(sorted(ids)).values()
        return [picture for picture in pictures if _comparable(query, picture)]

    def _matches(self, findings: Sequence[Finding], options: CheckOptions) -> Iterator[Match]:
        """Products of the matched pictures, best picture first, read only as far as needed."""
        for finding in sorted(findings, key=_best_first):
            percentage = 100 * finding.probability
            if percentage < options.min_match:
                return
            for product in self._storage.products.showing(finding.fingerprint_id):
                if options.admits(product):
                    yield Match(product, percentage, finding.verdict, finding.evidence)


def _best_first(finding: Finding) -> tuple[float, int, int, str]:
    evidence = finding.evidence
    return (
        -finding.probability,
        evidence.deep_distance,
        evidence.phash_distance,
        finding.fingerprint_id,
    )


def _comparable(query: QueryFingerprint, picture: Picture) -> bool:
    """Fingerprints of different versions are never compared, nor are featureless ones."""
    fingerprint = picture.fingerprint
    return fingerprint.version == query.fingerprint.version and not fingerprint.is_featureless


def _refuse_featureless(fingerprint: Fingerprint) -> None:
    if fingerprint.is_featureless:
        raise ImageFeaturelessError(
            f"The picture shows too little to be matched (quality {fingerprint.quality}, at least "
            "50 needed): it is nearly one colour, a smooth shade or a lone word. Send a picture of "
            "the product."
        )
