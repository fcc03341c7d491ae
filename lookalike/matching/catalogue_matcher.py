"""Checks against a catalogue: retrieval, verification, and the products of matched pictures."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from lookalike.errors import ImageFeaturelessError, prefix_errors
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.catalogue_search import CatalogueSearch
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.effort import Effort
from lookalike.matching.finding import MIN_COPY_PROBABILITY, Finding
from lookalike.matching.matcher import Matcher
from lookalike.matching.query_decisions import QueryDecisions
from lookalike.matching.ranking import best_of_each
from lookalike.matching.second_attempts import SecondAttempts
from lookalike.matching.swapped_roles import copies_the_other_way, in_doubt
from lookalike.matching.target import OnePicture
from lookalike.matching.verifier import Verifier
from lookalike.matching.views import part_of
from lookalike.pictures import FEATURELESS_BELOW, Fingerprint, Picture
from lookalike.storage.interfaces import Storage


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
        self._second_attempts = SecondAttempts(fingerprinter, verifier)

    def check(self, picture: PreparedPicture, options: CheckOptions) -> CheckResult:
        """Find the products that show this picture; see ``Matcher.check``.

        Where the whole picture matches nothing, views of it are checked: it may be turned, or a
        screenshot or a collage that holds a known picture. A featureless picture is matched with
        the identical one, or by what is left of it without its border.
        """
        query = self._fingerprinter.query(picture)
        decided = QueryDecisions(self._storage, query.fingerprint, options.exclude_entity_ids)
        search = CatalogueSearch(self._storage, self._verifier, options, query, decided)
        if query.fingerprint.is_featureless:
            findings = self._findings_of_featureless(picture, query, search, options.effort)
        else:
            findings = self._searched_findings(picture, query, search, options.effort)
        matches = islice(search.matches(findings), options.top)
        return CheckResult(tuple(matches), query, options.effort)

    def compare(
        self, a: PreparedPicture, b: PreparedPicture, effort: Effort = Effort.NORMAL
    ) -> Finding:
        """Find out whether two pictures come from one photograph; see ``Matcher.compare``."""
        query = self._fingerprinter.query(a)
        stored = self._fingerprinter.fingerprint(b)
        if query.fingerprint.fingerprint_id != stored.fingerprint_id:
            with prefix_errors("a"):
                _refuse_featureless(query.fingerprint)
            with prefix_errors("b"):
                _refuse_featureless(stored)
        target = self._target(stored)
        (whole,) = target.findings(a, query, target.size)
        if whole.probability >= MIN_COPY_PROBABILITY or effort is Effort.FAST:
            return whole
        own = self._fingerprinter.fingerprint(a)
        doubtful = [Picture(stored, 0)] if in_doubt([whole]) else []
        views_of_b = self._compared_views(b, own, effort)
        findings = [
            whole,
            *copies_the_other_way(own, doubtful, target.size, self._verifier),
            *self._compared_views(a, stored, effort),
            *(found.swapped(stored.fingerprint_id) for found in views_of_b),
        ]
        return max(findings, key=lambda found: found.probability)

    def _compared_views(self, a: PreparedPicture, b: Fingerprint, effort: Effort) -> list[Finding]:
        return self._second_attempts.copies(a, self._target(b), effort)

    def _target(self, fingerprint: Fingerprint) -> OnePicture:
        return OnePicture(Picture(fingerprint, 0), self._verifier)

    def _searched_findings(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        search: CatalogueSearch,
        effort: Effort,
    ) -> list[Finding]:
        """Search the catalogue for the whole picture and, if that fails, for views of it."""
        findings = search.findings(picture, query, search.size)
        if effort is Effort.FAST or _has_copy(findings):
            return findings
        copies: list[Finding] = []
        if doubtful := search.pictures_of(in_doubt(findings)):
            own = self._fingerprinter.fingerprint(picture)
            copies += copies_the_other_way(own, doubtful, search.size, self._verifier)
        copies = copies or self._second_attempts.copies(picture, search, effort)
        return best_of_each([*findings, *copies])

    def _findings_of_featureless(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        search: CatalogueSearch,
        effort: Effort,
    ) -> list[Finding]:
        """Find the identical stored picture, or copies of what a wide border surrounds.

        The hashes of the whole, alike by chance, are not searched.

        Raises:
            ImageFeaturelessError: no product that the caller wants to see shows either.
        """
        findings = search.identical(picture, query)
        if findings:
            return findings
        if not picture.has_border:
            raise _featureless_error(query.fingerprint)
        view = part_of(picture, picture.trim_box)
        trimmed = self._fingerprinter.query(view.picture)
        if trimmed.fingerprint.is_featureless:
            raise _featureless_error(query.fingerprint)
        found = self._searched_findings(view.picture, trimmed, search, effort)
        findings = [view.finding_of_whole(each) for each in found if _is_copy(each)]
        if not findings:
            raise _no_copy_within_error(query.fingerprint)
        return findings


def _has_copy(findings: Iterable[Finding]) -> bool:
    return any(map(_is_copy, findings))


def _is_copy(finding: Finding) -> bool:
    return finding.probability >= MIN_COPY_PROBABILITY


def _refuse_featureless(fingerprint: Fingerprint) -> None:
    if fingerprint.is_featureless:
        raise _featureless_error(fingerprint)


def _featureless_error(fingerprint: Fingerprint) -> ImageFeaturelessError:
    return ImageFeaturelessError(
        f"{_too_little(fingerprint)}: it is nearly one colour, a smooth shade or a lone word. "
        "Send a picture of the product."
    )


def _no_copy_within_error(fingerprint: Fingerprint) -> ImageFeaturelessError:
    return ImageFeaturelessError(
        f"{_too_little(fingerprint)}: most of it is border. What the border surrounds was searched "
        "for, and no copy of it was found. Send another picture of the product."
    )


def _too_little(fingerprint: Fingerprint) -> str:
    return (
        f"The picture shows too little to be matched (quality {fingerprint.quality}, at least "
        f"{FEATURELESS_BELOW} needed)"
    )
