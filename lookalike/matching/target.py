"""What a query and its views are held against: a catalogue, or one picture."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence

from lookalike.fingerprint.layout import HashRows
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.calibration import REFERENCE_SIZE
from lookalike.matching.finding import Finding
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture


class Target(ABC):
    """Stored pictures that a query may show."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many pictures there are."""

    @abstractmethod
    def findings(
        self, picture: PreparedPicture, query: QueryFingerprint, size: int
    ) -> Iterable[Finding]:
        """Verify the candidates of a query.

        Args:
            picture: the query.
            query: its fingerprint; it is not featureless.
            size: pictures that they count as chosen from, at least ``self.size``.
        """

    @abstractmethod
    def near(self, rows: HashRows) -> Iterable[Picture]:
        """The pictures that are nearest to any of several deep hashes, in any order."""

    @abstractmethod
    def pictures_of(self, findings: Sequence[Finding]) -> list[Picture]:
        """The stored pictures of findings; those that were removed meanwhile are left out."""


class OnePicture(Target):
    """The second picture of a comparison."""

    def __init__(self, picture: Picture, verifier: Verifier) -> None:
        self._picture = picture
        self._verifier = verifier

    @property
    def size(self) -> int:
        """As many as calibration was fitted to."""
        return REFERENCE_SIZE

    def findings(
        self, picture: PreparedPicture, query: QueryFingerprint, size: int
    ) -> Iterator[Finding]:
        """Verify this picture, whatever its distance; see ``Target.findings``."""
        return self._verifier.verify(picture, query, [self._picture], size)

    def near(self, rows: HashRows) -> list[Picture]:  # noqa: ARG002 - there is one
        """This picture."""
        return [self._picture]

    def pictures_of(self, findings: Sequence[Finding]) -> list[Picture]:
        """This picture, which all of them are about, if there are any."""
        return [self._picture] if findings else []
