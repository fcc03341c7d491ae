"""A check, step by step: candidates, verification, and the products of what was matched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lookalike.errors import ImageFeaturelessError, said_of
from lookalike.fingerprint.hash_algorithm import Fingerprinter, QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import REFERENCE_SIZE
from lookalike.matching.candidates import (
    UNSEEN,
    by_promise,
    looked_at_for,
    nearest_for,
    unseen,
)
from lookalike.matching.contract import (
    COPY_FROM,
    LOOKED_THROUGH,
    CheckOptions,
    CheckResult,
    Finding,
    Match,
    Matcher,
    Verdict,
    Verifier,
)
from lookalike.matching.nested_pictures import PictureWithin, pictures_within, turned_round
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product
from lookalike.storage.interfaces import Storage

SURE = 0.99
"""Probability from which no better copy is looked for."""
SURE_COLOURS = -2.0
"""Log odds of other colours from which on they might be: the same photograph may also be there in
the colours that were asked for. In greyscale it always may."""


class CatalogueMatcher(Matcher):
    """Checks pictures against one storage."""

    def __init__(self, storage: Storage, fingerprinter: Fingerprinter, verifier: Verifier) -> None:
        self._storage = storage
        self._fingerprinter = fingerprinter
        self._verifier = verifier

    def check(self, picture: PreparedPicture, options: CheckOptions) -> CheckResult:
        """Which products show this picture; see ``Matcher.check``.

        Where nothing is found, pictures within the picture are looked for: a screenshot or a
        collage may hold a known one.
        """
        query = self._fingerprinter.query(picture)
        _refuse_featureless(query.fingerprint)
        size = self._storage.vectors.count()
        findings = self._findings(picture, query, options, size)
        if all(finding.probability < COPY_FROM for finding in findings):
            findings = _best_of_each([*findings, *self._within(picture, options, size)])
        matches = islice(self._matches(findings, options), options.top)
        return CheckResult(tuple(matches), query)

    def compare(self, a: PreparedPicture, b: PreparedPicture) -> Finding:
        """Whether two pictures come from one photograph; see ``Matcher.compare``."""
        query = self._fingerprinter.query(a)
        fingerprint = self._fingerprinter.fingerprint(b)
        with said_of("a"):
            _refuse_featureless(query.fingerprint)
        with said_of("b"):
            _refuse_featureless(fingerprint)
        (whole,) = self._verifier.verify(a, query, [Picture(fingerprint, 0)], REFERENCE_SIZE)
        if whole.probability >= COPY_FROM:
            return whole
        shown_by_b = self._compared_within(b, self._fingerprinter.fingerprint(a))
        other_way = (turned_round(found, fingerprint.fingerprint_id) for found in shown_by_b)
        findings = [whole, *self._compared_within(a, fingerprint), *other_way]
        return max(findings, key=lambda found: found.probability)

    def _compared_within(self, a: PreparedPicture, b: Fingerprint) -> Iterator[Finding]:
        """Whether pictures within one picture come from the photograph of another."""
        parts = list(self._parts(a))
        tries = _size_with(parts, REFERENCE_SIZE)
        for part, inner in parts:
            for found in self._verifier.verify(part.picture, inner, [Picture(b, 0)], tries):
                yield part.seen_in_whole(found)

    def _within(
        self, picture: PreparedPicture, options: CheckOptions, size: int
    ) -> Iterator[Finding]:
        """Findings of the pictures within a picture."""
        parts = list(self._parts(picture))
        for part, inner in parts:
            for finding in self._findings(part.picture, inner, options, _size_with(parts, size)):
                if finding.verdict is not Verdict.SIMILAR:
                    yield part.seen_in_whole(finding)

    def _parts(self, picture: PreparedPicture) -> Iterator[tuple[PictureWithin, QueryFingerprint]]:
        for part in pictures_within(picture):
            query = self._fingerprinter.query(part.picture)
            if not query.fingerprint.is_featureless:
                yield part, query

    def _findings(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        options: CheckOptions,
        size: int,
    ) -> list[Finding]:
        """What is said of the candidates, most promising first.

        They are verified until there are as many sure copies as asked for, or for so long nothing
        was found that nothing will be. Who asks for the nearest whatever they are gets others, too.
        """
        candidates = self._candidates(query, options, size)
        findings: list[Finding] = []
        sure, in_vain = 0, 0
        for finding in self._verifier.verify(picture, query, candidates, size):
            findings.append(finding)
            sure += finding.probability >= SURE and finding.colours_away < SURE_COLOURS
            in_vain = 0 if finding.probability >= COPY_FROM else in_vain + 1
            if sure >= options.top or in_vain >= looked_at_for(size):
                break
        if options.min_match <= 100 * UNSEEN:
            others = islice(candidates, max(0, options.top - len(findings)))
            findings += [unseen(query, picture) for picture in others]
        return findings

    def _candidates(
        self, query: QueryFingerprint, options: CheckOptions, size: int
    ) -> Iterator[Picture]:
        """The very same picture and the nearest on each hash, most promising first.

        The former is found by its id even before the index has heard of it. Pictures of which the
        caller wants no product are left out, so that they take no other's place.
        """
        found = self._storage.vectors.nearest(query.rows, nearest_for(size))
        ids = list(dict.fromkeys([query.fingerprint.fingerprint_id, *by_promise(found)]))
        for some in _lots(ids, looked_at_for(size)):
            pictures = self._storage.pictures.get_many(some)
            for picture in (pictures[name] for name in some if name in pictures):
                if _comparable(query, picture) and self._is_wanted(picture, options):
                    yield picture

    def _is_wanted(self, picture: Picture, options: CheckOptions) -> bool:
        return not options.restricts or any(self._wanted(picture.fingerprint_id, options))

    def _matches(self, findings: Sequence[Finding], options: CheckOptions) -> Iterator[Match]:
        """Products of the matched pictures, best picture first, read only as far as needed."""
        for finding in _ranked(findings):
            percentage = 100 * finding.probability
            if percentage < options.min_match:
                return
            for product in self._wanted(finding.fingerprint_id, options):
                yield Match(product, percentage, finding.verdict, finding.evidence)

    def _wanted(self, fingerprint_id: str, options: CheckOptions) -> Iterator[Product]:
        """The products that show a picture and that the caller wants to see, read lazily."""
        showing = self._storage.products.showing(fingerprint_id)
        return filter(options.admits, islice(showing, LOOKED_THROUGH))


def _size_with(parts: Sequence[object], size: int) -> int:
    """Every part is one more chance to be wrong, as if the catalogue were larger."""
    return max(size, REFERENCE_SIZE) * (1 + len(parts))


def _lots(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The query's own id, which is rarely stored, comes on top of the first lot."""
    yield ids[: size + 1]
    for start in range(size + 1, len(ids), size):
        yield ids[start : start + size]


def _best_of_each(findings: Sequence[Finding]) -> list[Finding]:
    """The most probable finding of each picture."""
    best: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda f: f.probability):
        best[finding.fingerprint_id] = finding
    return list(best.values())


def _ranked(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Best first. Of what is surely one photograph, the least recoloured comes first.

    A photograph may be there in several colours, each of them as surely that photograph. What
    comes after another finding is never said to be more probable.
    """
    best_first = sorted(findings, key=_best_first)
    sure = [finding for finding in best_first if finding.probability >= SURE]
    ceiling = 1.0
    for finding in [*sorted(sure, key=lambda f: f.colours_away), *best_first[len(sure) :]]:
        ceiling = min(ceiling, finding.probability)
        yield replace(finding, probability=ceiling)


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
