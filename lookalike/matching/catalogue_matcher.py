"""Checks against a catalogue: retrieval, verification, and the products of matched pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lookalike.errors import ImageFeaturelessError, prefix_errors
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import REFERENCE_SIZE
from lookalike.matching.check import (
    MAX_PRODUCTS_PER_PICTURE,
    CheckOptions,
    CheckResult,
    Match,
)
from lookalike.matching.finding import MIN_COPY_PROBABILITY, Finding, Verdict
from lookalike.matching.matcher import Matcher
from lookalike.matching.ranking import SURE, best_of_each, ranked
from lookalike.matching.regions import Region, find_regions
from lookalike.matching.retrieval import (
    UNVERIFIED_PROBABILITY,
    by_retrieval_score,
    nearest_for,
    unverified,
    verified_for,
)
from lookalike.matching.verifier import Verifier
from lookalike.pictures import FEATURELESS_BELOW, Fingerprint, Picture
from lookalike.products import Product
from lookalike.storage.interfaces import Storage

MAX_SURE_COLOUR_DIFFERENCE = -2.0
"""Log odds of other colours from which on they might be other ones: the same photograph may also be
stored in the colours of the query. Of a query in greyscale it always may."""


class CatalogueMatcher(Matcher):
    """Checks pictures against one storage.

    Args:
        storage: the catalogue.
        fingerprinter: of the storage's algorithm version.
        verifier: verifies candidates.
    """

    def __init__(self, storage: Storage, fingerprinter: Fingerprinter, verifier: Verifier) -> None:
        self._storage = storage
        self._fingerprinter = fingerprinter
        self._verifier = verifier

    def check(self, picture: PreparedPicture, options: CheckOptions) -> CheckResult:
        """Find the products that show this picture; see ``Matcher.check``.

        Where the whole picture matches nothing, its regions are checked: a screenshot or a collage
        may hold a known picture. A featureless picture is matched with the identical one alone.
        """
        query = self._fingerprinter.query(picture)
        if query.fingerprint.is_featureless:
            findings = self._identical_findings(picture, query, options)
        else:
            findings = self._searched_findings(picture, query, options)
        matches = islice(self._matches(findings, options), options.top)
        return CheckResult(tuple(matches), query)

    def compare(self, a: PreparedPicture, b: PreparedPicture) -> Finding:
        """Find out whether two pictures come from one photograph; see ``Matcher.compare``."""
        query = self._fingerprinter.query(a)
        stored = self._fingerprinter.fingerprint(b)
        if query.fingerprint.fingerprint_id != stored.fingerprint_id:
            with prefix_errors("a"):
                _refuse_featureless(query.fingerprint)
            with prefix_errors("b"):
                _refuse_featureless(stored)
        (whole,) = self._verifier.verify(a, query, [Picture(stored, 0)], REFERENCE_SIZE)
        if whole.probability >= MIN_COPY_PROBABILITY:
            return whole
        swapped = (
            replace(found, fingerprint_id=stored.fingerprint_id, evidence=found.evidence.swapped)
            for found in self._compared_regions(b, self._fingerprinter.fingerprint(a))
        )
        findings = [whole, *self._compared_regions(a, stored), *swapped]
        return max(findings, key=lambda found: found.probability)

    def _identical_findings(
        self, picture: PreparedPicture, query: QueryFingerprint, options: CheckOptions
    ) -> list[Finding]:
        """Find the identical stored picture; its hashes, alike by chance, are not searched.

        Raises:
            ImageFeaturelessError: no product that the caller wants to see shows it.
        """
        own = query.fingerprint.fingerprint_id
        stored = self._storage.pictures.get_many([own]).get(own)
        if stored is None or not (_same_version(query, stored) and any(self._wanted(own, options))):
            raise _featureless_error(query.fingerprint)
        return list(self._verifier.verify(picture, query, [stored], REFERENCE_SIZE))

    def _searched_findings(
        self, picture: PreparedPicture, query: QueryFingerprint, options: CheckOptions
    ) -> list[Finding]:
        """Search the catalogue for the whole picture and, if that fails, for its regions."""
        size = self._storage.vectors.count()
        findings = self._findings(picture, query, options, size)
        if all(finding.probability < MIN_COPY_PROBABILITY for finding in findings):
            findings = best_of_each([*findings, *self._region_findings(picture, options, size)])
        return findings

    def _compared_regions(self, a: PreparedPicture, b: Fingerprint) -> Iterator[Finding]:
        """Compare the regions of one picture with the whole of another."""
        regions = list(self._regions(a))
        size = _size_with(regions, REFERENCE_SIZE)
        for region, query in regions:
            for found in self._verifier.verify(region.picture, query, [Picture(b, 0)], size):
                yield region.finding_of_whole(found)

    def _region_findings(
        self, picture: PreparedPicture, options: CheckOptions, size: int
    ) -> Iterator[Finding]:
        """Check the regions of a picture; those that match nothing are left out."""
        regions = list(self._regions(picture))
        for region, query in regions:
            more = _size_with(regions, size)
            for finding in self._findings(region.picture, query, options, more):
                if finding.verdict is not Verdict.SIMILAR:
                    yield region.finding_of_whole(finding)

    def _regions(self, picture: PreparedPicture) -> Iterator[tuple[Region, QueryFingerprint]]:
        """The regions that show enough to be matched."""
        for region in find_regions(picture):
            query = self._fingerprinter.query(region.picture)
            if not query.fingerprint.is_featureless:
                yield region, query

    def _findings(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        options: CheckOptions,
        size: int,
    ) -> list[Finding]:
        """Verify the candidates, those of the highest retrieval scores first.

        Verification ends with as many sure copies as the caller asks for, or after so many
        candidates without a copy that none is likely to follow. A caller who asks for the nearest
        pictures whatever they are gets unverified ones, too.
        """
        candidates = self._candidates(query, options, size)
        findings: list[Finding] = []
        sure, in_vain = 0, 0
        for finding in self._verifier.verify(picture, query, candidates, size):
            findings.append(finding)
            sure += _is_sure(finding)
            in_vain = 0 if finding.probability >= MIN_COPY_PROBABILITY else in_vain + 1
            if sure >= options.top or in_vain >= verified_for(size):
                break
        if options.min_match <= 100 * UNVERIFIED_PROBABILITY:
            others = islice(candidates, max(0, options.top - len(findings)))
            findings += [unverified(query, picture) for picture in others]
        return findings

    def _candidates(
        self, query: QueryFingerprint, options: CheckOptions, size: int
    ) -> Iterator[Picture]:
        """The identical picture and the nearest on each hash, highest retrieval score first.

        The identical one is found by its id even before the index contains it. Pictures of which
        the caller wants no product are left out, so that they take no other's place.
        """
        found = self._storage.vectors.nearest(query.rows, nearest_for(size))
        own = query.fingerprint.fingerprint_id
        ids = list(dict.fromkeys([own, *by_retrieval_score(found)]))
        for batch in _batches(ids, verified_for(size)):
            pictures = self._storage.pictures.get_many(batch)
            for picture in (pictures[name] for name in batch if name in pictures):
                if _comparable(query, picture) and self._is_wanted(picture, options):
                    yield picture

    def _is_wanted(self, picture: Picture, options: CheckOptions) -> bool:
        return not options.restricts or any(self._wanted(picture.fingerprint_id, options))

    def _matches(self, findings: Sequence[Finding], options: CheckOptions) -> Iterator[Match]:
        """Products of the matched pictures, best picture first, read only as far as needed."""
        for finding in ranked(findings):
            if 100 * finding.probability < options.min_match:
                return
            for product in self._wanted(finding.fingerprint_id, options):
                yield Match(product, finding.probability, finding.verdict, finding.evidence)

    def _wanted(self, fingerprint_id: str, options: CheckOptions) -> Iterator[Product]:
        """The products that show a picture and that the caller wants to see, read lazily."""
        showing = self._storage.products.showing(fingerprint_id)
        return filter(options.admits, islice(showing, MAX_PRODUCTS_PER_PICTURE))


def _is_sure(finding: Finding) -> bool:
    """Return whether no better copy needs to be searched."""
    is_same_colour = finding.colour_difference < MAX_SURE_COLOUR_DIFFERENCE
    return finding.probability >= SURE and is_same_colour


def _size_with(regions: Sequence[object], size: int) -> int:
    """Every region is one more chance to be wrong, as if the catalogue were larger."""
    return max(size, REFERENCE_SIZE) * (1 + len(regions))


def _batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Ids in batches; the query's own, which is rarely stored, comes on top of the first one."""
    yield ids[: size + 1]
    for start in range(size + 1, len(ids), size):
        yield ids[start : start + size]


def _comparable(query: QueryFingerprint, picture: Picture) -> bool:
    """Fingerprints of different versions are never compared, nor are featureless ones."""
    return _same_version(query, picture) and not picture.fingerprint.is_featureless


def _same_version(query: QueryFingerprint, picture: Picture) -> bool:
    return query.fingerprint.version == picture.fingerprint.version


def _refuse_featureless(fingerprint: Fingerprint) -> None:
    if fingerprint.is_featureless:
        raise _featureless_error(fingerprint)


def _featureless_error(fingerprint: Fingerprint) -> ImageFeaturelessError:
    return ImageFeaturelessError(
        f"The picture shows too little to be matched (quality {fingerprint.quality}, at least "
        f"{FEATURELESS_BELOW} needed): it is nearly one colour, a smooth shade or a lone word. "
        "Send a picture of the product."
    )
