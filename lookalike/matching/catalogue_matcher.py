"""Checks against a catalogue: retrieval, verification, and the products of matched pictures."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from lookalike.errors import ImageFeaturelessError, prefix_errors
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import REFERENCE_SIZE, size_with
from lookalike.matching.catalogue_search import CatalogueSearch
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.effort import Effort
from lookalike.matching.featureless_query import featureless_error, within_border
from lookalike.matching.finding import Finding
from lookalike.matching.matcher import Matcher
from lookalike.matching.query_decisions import QueryDecisions
from lookalike.matching.ranking import SURE, as_lowered, best_of_each
from lookalike.matching.second_attempts import SecondAttempts
from lookalike.matching.swapped_roles import copies_the_other_way, in_doubt
from lookalike.matching.target import OnePicture
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Fingerprint, Picture
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
        the identical one, or with sure copies of what its border surrounds. What somebody has
        decided holds for it, too.
        """
        query = self._fingerprinter.query(picture)
        decided = QueryDecisions(self._storage, query.fingerprint, options.exclude_entity_ids)
        search = CatalogueSearch(self._storage, self._verifier, options, query, decided)
        try:
            findings = self._findings(picture, query, search, options.effort)
        except ImageFeaturelessError:
            findings = []
            if next(search.matches(findings), None) is None:
                raise
        matches = islice(search.matches(findings), options.top)
        return CheckResult(tuple(matches), query, options.effort)

    def compare(
        self, a: PreparedPicture, b: PreparedPicture, effort: Effort = Effort.NORMAL
    ) -> Finding:
        """Find out whether two pictures come from one photograph; see ``Matcher.compare``."""
        query = self._fingerprinter.query(a)
        stored = _Stored(b, self._fingerprinter.fingerprint(b))
        if query.fingerprint.fingerprint_id != stored.fingerprint.fingerprint_id:
            if query.fingerprint.is_featureless:
                with prefix_errors("a"):
                    return self._compared_within_border(a, query.fingerprint, stored, effort)
            if stored.fingerprint.is_featureless:
                own = _Stored(a, self._fingerprinter.fingerprint(a))
                with prefix_errors("b"):
                    found = self._compared_within_border(b, stored.fingerprint, own, effort)
                return found.swapped(stored.fingerprint.fingerprint_id)
        return self._compared(a, query, stored, REFERENCE_SIZE, effort)

    def _compared_within_border(
        self, a: PreparedPicture, own: Fingerprint, b: _Stored, effort: Effort
    ) -> Finding:
        """Compare what the border of a featureless picture surrounds, as a check does."""
        if b.fingerprint.is_featureless:
            raise featureless_error(own)
        part = within_border(a, own, self._fingerprinter)
        size = size_with(1, REFERENCE_SIZE)
        found = self._compared(part.view.picture, part.query, b, size, effort)
        return part.sure_copies([found])[0]

    def _compared(
        self, a: PreparedPicture, query: QueryFingerprint, b: _Stored, size: int, effort: Effort
    ) -> Finding:
        """Compare two whole pictures and, if that fails, in the other direction and in part."""
        stored = b.fingerprint
        (whole,) = self._target(stored).findings(a, query, size)
        if whole.is_matched or effort is Effort.FAST:
            return whole
        own = self._fingerprinter.fingerprint(a)
        asked_back = self._target(own).findings(
            b.picture, self._fingerprinter.query(b.picture), size
        )
        found_of_b = [
            *(found.as_edited for found in asked_back if found.is_matched),
            *self._compared_views(b.picture, own, effort),
        ]
        findings = [
            whole,
            *self._compared_views(a, stored, effort),
            *(found.swapped(stored.fingerprint_id) for found in found_of_b),
        ]
        return max(findings, key=lambda found: found.probability)

    def _compared_views(self, a: PreparedPicture, b: Fingerprint, effort: Effort) -> list[Finding]:
        return self._second_attempts.copies(a, self._target(b), effort)

    def _target(self, fingerprint: Fingerprint) -> OnePicture:
        return OnePicture(Picture(fingerprint, 0), self._verifier)

    def _findings(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        search: CatalogueSearch,
        effort: Effort,
    ) -> list[Finding]:
        """Search the catalogue for a picture, or for what it shows within its border.

        Raises:
            ImageFeaturelessError: as of ``check``, whatever was decided.
        """
        if not query.fingerprint.is_featureless:
            return self._searched_findings(picture, query, search, search.size, effort)
        if findings := search.identical(picture, query):
            return findings
        part = within_border(picture, query.fingerprint, self._fingerprinter)
        size = size_with(1, search.size)
        found = self._searched_findings(part.view.picture, part.query, search, size, effort)
        return part.sure_copies(found)

    def _searched_findings(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        search: CatalogueSearch,
        size: int,
        effort: Effort,
    ) -> list[Finding]:
        """Search the catalogue for the whole picture and, if that fails, for views of it.

        A copy that is found the other way round, and is not a sure one, ends no search. What a
        picture lost to a rival as a whole, it also loses in part and the other way round. With
        thorough effort, what lies on a picture that is found, or likely, is searched, too, so that
        a sure copy that is found the other way round ends no search either.
        """
        findings = search.findings(picture, query, size)
        if effort is Effort.THOROUGH:
            laid_over = self._second_attempts.laid_over(picture, findings, search)
            findings = best_of_each([*findings, *laid_over])
        if effort is Effort.FAST or any(finding.is_matched for finding in findings):
            return findings
        copies: list[Finding] = []
        if doubtful := search.pictures_of(in_doubt(findings)):
            own = self._fingerprinter.fingerprint(picture)
            found = copies_the_other_way(own, doubtful, size, self._verifier)
            copies += as_lowered(found, findings)
        if effort is Effort.THOROUGH or all(copy.probability < SURE for copy in copies):
            copies += self._second_attempts.copies(picture, search, effort, findings)
        return best_of_each([*findings, *copies])


class _Stored(NamedTuple):
    """The second picture of a comparison, and what would be stored of it."""

    picture: PreparedPicture
    fingerprint: Fingerprint
