"""A matcher and a fingerprinter that compute with a permit."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from lookalike.fingerprint.hash_algorithm import HashRows
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.local.overload.permits import Permits
from lookalike.matching.check import CheckOptions, CheckResult
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding
from lookalike.matching.matcher import Matcher
from lookalike.pictures import Fingerprint


class PermittedMatcher(Matcher):
    """Checks and compares with a permit for each.

    Args:
        matcher: does the work.
        permits: for it.
    """

    def __init__(self, matcher: Matcher, permits: Permits) -> None:
        self._matcher = matcher
        self._permits = permits

    @override
    def check(self, picture: PreparedPicture, options: CheckOptions) -> CheckResult:
        with self._permits.permit(begun=True):
            return self._matcher.check(picture, options)

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
    """

    def __init__(self, network: Network, permits: Permits) -> None:
        super().__init__(network)
        self._permits = permits

    @override
    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        with self._permits.permit(begun=True):
            return super().fingerprint(picture)

    @override
    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        with self._permits.permit(begun=True):
            return super().query(picture)

    @override
    def deep_rows(self, pictures: Sequence[PreparedPicture]) -> HashRows:
        with self._permits.permit(begun=True):
            return super().deep_rows(pictures)
