"""A matcher, a fingerprinter and a search by looks that compute with a permit."""

from __future__ import annotations

import math
from dataclasses import replace

from typing_extensions import override

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import Embed, PictureFingerprinter, no_embeddings
from lookalike.fingerprint.query_fingerprint import DeferredQuery, QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.local.overload.caller import current_caller
from lookalike.local.overload.permits import Permits
from lookalike.matching.check import CheckOptions, CheckResult, Match
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding
from lookalike.matching.matcher import Matcher
from lookalike.matching.stored_check import StoredCheck
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Fingerprint
from lookalike.search.looks import LooksSearch
from lookalike.search.models.registry import Models
from lookalike.search.options import SearchOptions
from lookalike.search.ranked_pictures import RankedPictures
from lookalike.search.result import SearchResult
from lookalike.storage.embeddings import StorageWithEmbeddings
from lookalike.storage.interfaces import Storage

LONG_WAIT = 1.0
"""Expected seconds in the queue from which on it is long: a third of what is refused."""


class PermittedMatcher(Matcher):
    """Checks and compares with a permit for each.

    Args:
        matcher: does the work.
        permits: for it.
        fast_from: checks whose callers have named no effort are done with the least one if they
            were going to wait for so many seconds.
    """

    def __init__(self, matcher: Matcher, permits: Permits, fast_from: float = math.inf) -> None:
        self._matcher = matcher
        self._permits = permits
        self._fast_from = fast_from

    @override
    def check(self, picture: PreparedPicture, options: CheckOptions) -> CheckResult:
        with self._permits.permit(begun=True):
            return self._matcher.check(picture, self._affordable(options))

    def _affordable(self, options: CheckOptions) -> CheckOptions:
        """The options with the effort that there is time for."""
        if options.is_effort_chosen or current_caller().expected_wait < self._fast_from:
            return options
        return replace(options, effort=Effort.FAST)

    @override
    def compare(
        self, a: PreparedPicture, b: PreparedPicture, effort: Effort = Effort.NORMAL
    ) -> Finding:
        with self._permits.permit(begun=True):
            return self._matcher.compare(a, b, effort)


class PermittedFingerprinter(PictureFingerprinter):
    """Computes with a permit. Within a check, which has one, each fingerprint is a step.

    Args:
        network: describes the pictures.
        permits: for it.
        embed: computes what is stored for searches by looks.
    """

    def __init__(self, network: Network, permits: Permits, embed: Embed = no_embeddings) -> None:
        super().__init__(network, embed=embed)
        self._permits = permits

    @override
    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        with self._permits.permit(begun=True):
            return super().fingerprint(picture)

    @override
    def deferred_query(self, picture: PreparedPicture) -> DeferredQuery:
        with self._permits.permit(begun=True):
            return super().deferred_query(picture)

    @override
    def _query(self, analysis: Analysis) -> QueryFingerprint:
        with self._permits.permit(begun=True):
            return super()._query(analysis)


class PermittedCheck(StoredCheck):
    """Checks fingerprints with a permit.

    Args:
        storage: the catalogue.
        verifier: verifies candidates.
        permits: for it.
    """

    def __init__(self, storage: Storage, verifier: Verifier, permits: Permits) -> None:
        super().__init__(storage, verifier)
        self._permits = permits

    @override
    def matches(self, fingerprint: Fingerprint, options: CheckOptions) -> list[Match]:
        with self._permits.permit(begun=True):
            return super().matches(fingerprint, options)


class PermittedSearch(LooksSearch):
    """Searches by looks with a permit for each, but for the time that a model elsewhere takes.

    Args:
        storage: the catalogue.
        models: that its pictures are embedded with.
        network: of the fingerprint.
        permits: for searches.
    """

    def __init__(
        self, storage: StorageWithEmbeddings, models: Models, network: Network, permits: Permits
    ) -> None:
        super().__init__(RankedPictures(storage), models, network)
        self._permits = permits

    @override
    def by_picture(self, picture: PreparedPicture, options: SearchOptions) -> SearchResult:
        model = self._model(options)
        if not model.is_remote:
            with self._permits.permit(begun=True):
                return super().by_picture(picture, options)
        query = self._embedded(model, picture)
        with self._permits.permit(begun=True):
            return self._found(model, query, options)

    @override
    def by_product(self, entity_id: str, options: SearchOptions) -> SearchResult:
        with self._permits.permit(begun=True):
            return super().by_product(entity_id, options)
