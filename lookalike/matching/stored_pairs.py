"""Pairs of stored pictures: how likely both show one photograph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import fmean

from lookalike.fingerprint.stored_query import stored_query
from lookalike.matching.calibration import REFERENCE_SIZE
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture

EVEN = 0.5
"""Probability from which two pictures show one photograph rather than two."""
RENDITION = 0.94
"""Probability from which they are surely renditions of one photograph."""


class StoredPairs:
    """Compares pairs of stored pictures, but few of them for one query.

    Hashes do not tell: half of the renditions of one photograph are more than 40 bits apart. What
    is not compared is judged by what was: by way of a picture that both were compared with, unless
    it is unlike both, and else as the other pairs on average, since in a shop of one template all
    are siblings, and on a marketplace all may be listings of one photograph.

    Args:
        verifier: compares the pictures.
        pictures: gives those with some ids.
    """

    def __init__(
        self, verifier: Verifier, pictures: Callable[[Sequence[str]], Mapping[str, Picture]]
    ) -> None:
        self._verifier = verifier
        self._pictures = pictures
        self._known: dict[frozenset[str], float] = {}
        self._left = 0

    def allow(self, most: int) -> None:
        """Let so many further pairs be compared, at most."""
        self._left = most

    def known(self, one: str, other: str) -> float | None:
        """The probability (0 to 1) that both show one photograph, if they were compared."""
        return self._known.get(frozenset((one, other)))

    def one_photograph(self, one: str, other: str) -> float:
        """The probability (0 to 1) that both show one photograph, compared if any more may be."""
        known = self.known(one, other)
        if known is None and self._left:
            self._left -= 1
            known = self._compared(*sorted((one, other)))
            self._known[frozenset((one, other))] = known
        return self.judged(one, other) if known is None else known

    def judged(self, one: str, other: str) -> float:
        """The same without comparing any more; 0 before the first comparison."""
        known = self.known(one, other)
        if known is not None:
            return known
        through = max(self._through_others(one, other), default=None)
        return fmean(self._known.values() or [0.0]) if through is None else through

    def _through_others(self, one: str, other: str) -> Iterator[float]:
        for pair, likely in self._known.items():
            if one in pair:
                [third] = pair - {one}
                further = self.known(third, other)
                if further is not None and max(likely, further) >= EVEN:
                    yield likely * further

    def _compared(self, one: str, other: str) -> float:
        stored, asked = self._pictures([one, other]).values()
        picture, query = stored_query(asked.fingerprint)
        [found] = self._verifier.verify(picture, query, [stored], REFERENCE_SIZE)
        return found.probability
