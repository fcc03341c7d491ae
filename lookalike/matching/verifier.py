"""The interface of verifiers, which decide whether candidates are copies of a query."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator

from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.finding import Finding
from lookalike.pictures import Picture


class Verifier(ABC):
    """Compares a query with candidate pictures. Several threads may call it at once."""

    @abstractmethod
    def verify(
        self,
        picture: PreparedPicture,
        query: QueryFingerprint,
        candidates: Iterable[Picture],
        catalogue_size: int,
    ) -> Iterator[Finding]:
        """Yield one finding per candidate, in their order, each computed when it is asked for.

        Args:
            picture: the query.
            query: its fingerprint.
            candidates: of the same version; none of them is featureless, except for the picture
                that is identical to the query.
            catalogue_size: pictures that they were chosen from: the more there are, the more of
                them look alike by chance.
        """

    def lost_to_rival(self, score: float) -> float:  # noqa: ARG002 - for verifiers that lower
        """Log odds that a match loses where a picture of another photograph has a score.

        Args:
            score: of the other finding; see ``Finding.score``.
        """
        return 0.0

    def lost_to_sibling(
        self,
        finding: Finding,  # noqa: ARG002 - for verifiers that lower
        sibling: Finding,  # noqa: ARG002
    ) -> float | None:
        """Log odds that a match loses where the query lacks what tells it from another picture.

        Args:
            finding: the match.
            sibling: another finding of the same query.

        Returns:
            ``None`` where nothing tells them apart: they hardly differ, or one of them does not lie
            on the query.
        """
        return None

    def crowded(
        self,
        findings: Iterable[Finding],
        nearest: Callable[[str], int],  # noqa: ARG002 - for verifiers that ask
    ) -> Iterator[Finding]:
        """Lower the probabilities of pictures that have near neighbours in the catalogue.

        Args:
            findings: of one query, the most probable first; their order stays.
            nearest: gives the bits (0 to 512) between the deep hash of the picture with this id and
                that of the nearest other one. It is asked about one picture at most: those that are
                likely copies of one query are neighbours.
        """
        yield from findings
