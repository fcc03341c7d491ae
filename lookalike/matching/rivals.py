"""Rivals: pictures of which a query can be a copy of one at most.

Where pictures of two photographs are likely, the query may as well show a third one of their
template: the likelier one is, the less likely is the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from lookalike.matching.calibration import RIVAL_SCORE, is_far_behind
from lookalike.matching.finding import MIN_DOUBT, Finding, Verdict
from lookalike.matching.ranking import SURE
from lookalike.matching.siblings import Siblings, likeliest_first
from lookalike.matching.stored_pairs import EVEN, RENDITION, StoredPairs
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture
from lookalike.products import Product

MOST_COMPARED = 4
"""Pairs of stored pictures that are compared for one query, or one view of it, at most."""
MOST_PRODUCTS = 100
"""Products of a picture that are looked at, at most."""


class Rivals:
    """Lowers the percentages of pictures beside which another photograph is likely, too.

    The likeliest picture loses by the likeliest one of another photograph whose pHash is not
    clearly farther from the query, and all others lose by the likeliest picture. Pictures of one
    product or sku are no rivals, nor are colours and renditions of one photograph. How likely two
    pictures are renditions, ``StoredPairs`` says. What is not surely one photograph or two loses,
    by the rule of total probability, what it would lose in either case.

    Before that, ``Siblings`` take from what may match. What they leave beyond doubt is no rival.

    Args:
        verifier: compares stored pictures, and says what a rival takes.
        pictures: gives those with some ids.
        products: those that show the picture with an id, read lazily.
    """

    def __init__(
        self,
        verifier: Verifier,
        pictures: Callable[[Sequence[str]], Mapping[str, Picture]],
        products: Callable[[str], Iterator[Product]],
    ) -> None:
        self._verifier = verifier
        self._products = products
        self._known_products: dict[str, list[Product]] = {}
        self._pairs = StoredPairs(verifier, pictures)
        self._siblings = Siblings(verifier, self._pairs, self._shown)

    def begin(self) -> None:
        """Prepare for the findings of another query, or of another view of it."""
        self._pairs.allow(MOST_COMPARED)
        self._siblings.begin()

    def lowered(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings of one query, in their order, without what siblings and rivals take.

        Pictures in which nothing is changed lose nothing, and those that are surely copies lose
        nothing to rivals: how near others are to them is asked for apart. Where no two pictures are
        known to be rivals, nobody loses to one.
        """
        findings = self._siblings.lowered(findings)
        likely = [found for found in findings if _may_stand(found) and self._shown(found)]
        likely.sort(key=lambda found: (-found.score, found.fingerprint_id))
        if len(likely) < 2 or not any(map(_may_lose, findings)):  # noqa: PLR2004 - a pair
            return findings
        first, *others = likely
        bits = first.evidence.phash_distance
        near = (other for other in others if not is_far_behind(other.evidence.phash_distance, bits))
        second = self._strongest_rival(first, near)
        if second is None and self._strongest_rival(first, others) is None:
            return findings
        lowered = list(findings)
        for place in likeliest_first(findings):
            if _may_lose(findings[place]):
                lowered[place] = self._beside(findings[place], first, second)
        return lowered

    def _beside(self, found: Finding, first: Finding, second: Finding | None) -> Finding:
        """A finding without what the likeliest picture of another photograph takes from it.

        That is the second one if it is of the photograph of the first, and else the first one.
        Where that one is its sibling, too, both losses are of one case: that the two stored
        pictures show two photographs.
        """
        one_photograph = self._likeness_to_first(found, first)
        if one_photograph >= RENDITION:
            one_photograph = 1.0
        nothing, to_second = self._taken_by_second(found, first, second)
        to_first = self._verifier.lost_to_rival(first.score)
        if held := self._siblings.held.get(found.fingerprint_id):
            is_first = found.fingerprint_id == first.fingerprint_id
            if one_photograph < 1 and held.sibling == first.fingerprint_id:
                found, to_first = held.found, to_first + held.lost
            elif is_first and second and held.sibling == second.fingerprint_id:
                found, to_second = held.found, to_second + held.lost
        return found.after(
            (
                (one_photograph * nothing, 0.0),
                (one_photograph * (1 - nothing), to_second),
                (1 - one_photograph, to_first),
            )
        )

    def _likeness_to_first(self, found: Finding, first: Finding) -> float:
        """The probability that a picture is of the photograph of the likeliest one."""
        if found.verdict is Verdict.COLOUR_VARIANT or self._share_a_product(first, found):
            return 1.0
        judge = self._pairs.one_photograph if found.is_matched else self._pairs.judged
        return judge(first.fingerprint_id, found.fingerprint_id)

    def _taken_by_second(
        self, found: Finding, first: Finding, second: Finding | None
    ) -> tuple[float, float]:
        """How likely a picture of the first one's photograph loses nothing, and what else."""
        if second is None or second.fingerprint_id == found.fingerprint_id:
            return 1.0, 0.0
        nothing = self._pairs.judged(first.fingerprint_id, second.fingerprint_id)
        return nothing, self._verifier.lost_to_rival(second.score)

    def _strongest_rival(self, first: Finding, others: Iterable[Finding]) -> Finding | None:
        """The picture that takes most from the likeliest one; ``None`` if no rival is known."""
        rivals = []
        for other in others:
            if self._share_a_product(first, other):
                continue
            one_photograph = self._pairs.one_photograph(first.fingerprint_id, other.fingerprint_id)
            if one_photograph < RENDITION:
                rivals.append(other)
                if one_photograph < EVEN:
                    break  # no other picture takes much more
        return min(
            rivals,
            key=lambda other: self._beside(first, first, other).probability,
            default=None,
        )

    def _share_a_product(self, one: Finding, other: Finding) -> bool:
        ours, theirs = (self._products_of(found.fingerprint_id) for found in (one, other))
        ids = {product.entity_id for product in ours} & {product.entity_id for product in theirs}
        skus = {product.sku for product in ours} & {product.sku for product in theirs}
        return bool(ids or skus - {""})

    def _shown(self, found: Finding) -> bool:
        return bool(self._products_of(found.fingerprint_id))

    def _products_of(self, fingerprint_id: str) -> list[Product]:
        if fingerprint_id not in self._known_products:
            found = islice(self._products(fingerprint_id), MOST_PRODUCTS)
            self._known_products[fingerprint_id] = list(found)
        return self._known_products[fingerprint_id]


def _may_stand(found: Finding) -> bool:
    """Return whether a picture is likely enough to be a rival, in the colours of the query."""
    is_ruled_out = found.losses and found.probability < MIN_DOUBT
    is_in_its_colours = found.verdict is not Verdict.COLOUR_VARIANT
    return found.score > RIVAL_SCORE and is_in_its_colours and not is_ruled_out


def _may_lose(found: Finding) -> bool:
    """Return whether a picture may match, and is no sure copy."""
    is_unchanged = found.verdict is Verdict.DUPLICATE
    return MIN_DOUBT <= found.probability < SURE and not is_unchanged
