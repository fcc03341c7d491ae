"""Siblings: pictures that agree with one nearly everywhere, and tell what else the query shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from lookalike.matching.finding import MIN_DOUBT, Finding, Verdict
from lookalike.matching.stored_pairs import EVEN, RENDITION, StoredPairs
from lookalike.matching.verifier import Verifier

MOST_HELD_AGAINST = 3
"""Stored pictures that one is held against, at most."""
LITTLE = 0.5
"""Log odds of losses that are not worth comparing stored pictures."""


class Held(NamedTuple):
    """What a finding lost to its sibling.

    Attributes:
        found: the finding before.
        sibling: fingerprint id of the other picture.
        lost: log odds, unless both show one photograph.
    """

    found: Finding
    sibling: str
    lost: float


class Siblings:
    """Takes from whatever may match what its sibling tells.

    That is, of the other pictures, the one that agrees most with the query and differs from it.
    There, a copy shows what its own picture shows. That holds for pictures of one product, too, but
    not for renditions, over each of which something else may lie: a match loses unless both show
    one photograph.

    Args:
        verifier: says what is lost to a sibling.
        pairs: says how likely two stored pictures show one photograph.
        is_shown: tells whether a product shows the picture of a finding.

    Attributes:
        held: what each finding lost when they were last lowered, by its fingerprint id.
    """

    def __init__(
        self, verifier: Verifier, pairs: StoredPairs, is_shown: Callable[[Finding], bool]
    ) -> None:
        self._verifier = verifier
        self._pairs = pairs
        self._is_shown = is_shown
        self._lost: dict[tuple[str, str], float | None] = {}
        self.held: dict[str, Held] = {}

    def begin(self) -> None:
        """Prepare for the findings of another query, or of another view of it."""
        self._lost.clear()

    def lowered(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings of one query, in their order, without what siblings take."""
        self.held.clear()
        lying = [found for found in findings if found.on_query]
        lying.sort(key=lambda found: (-found.agreement, found.fingerprint_id))
        lowered = list(findings)
        for place in likeliest_first(findings):
            lowered[place] = self._beside_others(findings[place], lying)
        return lowered

    def _beside_others(self, found: Finding, lying: Sequence[Finding]) -> Finding:
        """A finding without what it loses where it differs from the other pictures.

        Args:
            found: the finding.
            lying: all that lie on the query, those of most agreement first.
        """
        is_unchanged = found.verdict is Verdict.DUPLICATE
        if found.on_query is None or found.probability < MIN_DOUBT or is_unchanged:
            return found
        held = [
            (found.without(lost, unless=one_photograph), Held(found, sibling, lost))
            for sibling, lost, one_photograph in self._weighed(found, lying)
        ]
        if not held:
            return found
        left, self.held[found.fingerprint_id] = min(held, key=lambda each: each[0].probability)
        return left

    def _weighed(
        self, found: Finding, lying: Sequence[Finding]
    ) -> Iterator[tuple[str, float, float]]:
        """Ids of siblings, what is lost to each, and how likely it is of one photograph.

        The nearest one counts, and others behind it only while it may be a rendition. Stored
        pictures are compared where any takes much.
        """
        lost_to = self._lost_to(found, lying)
        is_little = all(lost < LITTLE for lost in lost_to.values())
        judge = self._pairs.known if is_little else self._pairs.one_photograph
        for sibling, lost in lost_to.items():
            one_photograph = judge(found.fingerprint_id, sibling)
            if one_photograph is None:
                return
            if one_photograph < RENDITION:
                yield sibling, lost, one_photograph
            if one_photograph < EVEN:
                return

    def _lost_to(self, found: Finding, lying: Sequence[Finding]) -> dict[str, float]:
        """What a finding loses to each of the nearest pictures that differ, by their ids."""
        others = (other for other in lying if other is not found and self._is_shown(other))
        lost_to = {}
        for other in islice(others, MOST_HELD_AGAINST):
            pair = found.fingerprint_id, other.fingerprint_id
            if pair not in self._lost:  # measured once, however often more are verified
                self._lost[pair] = self._verifier.lost_to_sibling(found, other)
            if (lost := self._lost[pair]) is not None:
                lost_to[other.fingerprint_id] = lost
        return lost_to


def likeliest_first(findings: Sequence[Finding]) -> list[int]:
    """The places of findings, in an order that does not follow from theirs."""

    def key(place: int) -> tuple[float, str]:
        return -findings[place].probability, findings[place].fingerprint_id

    return sorted(range(len(findings)), key=key)
