"""Verifying the candidates of a query until its caller has the copies that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lookalike.matching.finding import Finding
from lookalike.matching.ranking import ends_search

MOST_VERIFIED = 4
"""Candidates verified that are no sure copies in the query's colours, as a multiple of those in a
row that are no copies. A query in greyscale matches copies in all colours, and none of these ends
its search."""


class EnoughCopies:
    """Verifies candidates until there are enough sure copies, or no copy is likely to follow.

    However many copies there are that are not sure, or in other colours, it ends: no query may keep
    a processor for long.

    What other pictures take from sure copies may leave fewer of them; then it goes on. A copy may
    still be left for who asks for one, and vanish for who asks for more, if nothing beside it was
    verified: of 672 queries about shops left out, two have other copies with 10 than with 1.

    Args:
        top: how many products of sure copies are enough.
        most_in_vain: candidates in a row that are no copies, after which it ends.
        entities: gives the entity ids of products that show the picture with an id.
    """

    def __init__(self, top: int, most_in_vain: int, entities: Callable[[str], set[str]]) -> None:
        self._top = top
        self._most = MOST_VERIFIED * most_in_vain
        self._most_in_vain = most_in_vain
        self._entities = entities

    def of(
        self,
        verified: Iterator[Finding],
        lowered: Callable[[Sequence[Finding]], list[Finding]],
    ) -> list[Finding]:
        """The findings that were needed, without what other pictures take from them.

        Args:
            verified: the findings of all candidates, each computed when it is asked for.
            lowered: takes from findings what other pictures take.
        """
        found: list[Finding] = []
        left: list[Finding] = []
        is_over = False
        while not is_over and (missing := self._top - self._sure(left)) > 0:
            is_over = self._verify_on(verified, found, missing)
            left = lowered(found)
        return left

    def _verify_on(self, verified: Iterator[Finding], found: list[Finding], missing: int) -> bool:
        """Add findings up to so many further sure copies; return whether none is to follow."""
        enough = self._sure(found) + missing
        in_vain = 0
        unsure = sum(not ends_search(finding) for finding in found)
        for finding in verified:
            found.append(finding)
            unsure += not ends_search(finding)
            in_vain = 0 if finding.is_matched else in_vain + 1
            if in_vain >= self._most_in_vain or unsure >= self._most:
                return True
            if ends_search(finding) and self._sure(found) >= enough:
                return False
        return True

    def _sure(self, findings: Sequence[Finding]) -> int:
        """How many sure copies bring a product that no other one of them has.

        Otherwise the pictures of one product would take the places of others, and so would those
        that no product shows any more.
        """
        shown, count = set[str](), 0
        for finding in filter(ends_search, findings):
            new = self._entities(finding.fingerprint_id) - shown
            shown |= new
            count += bool(new)
        return count
