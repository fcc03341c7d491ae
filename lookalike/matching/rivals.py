"""Rivals: pictures of which a query can be a copy of one at most.

Where pictures of two photographs are likely, the query may as well show a third one of their
template: the likelier one is, the less likely is the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from lookalike.fingerprint.stored_query import stored_query
from lookalike.matching.calibration import REFERENCE_SIZE, RIVAL_SCORE, is_far_behind
from lookalike.matching.finding import MIN_DOUBT, Finding, Verdict
from lookalike.matching.ranking import SURE
from lookalike.matching.verifier import Verifier
from lookalike.pictures import Picture
from lookalike.products import Product

MOST_COMPARED = {"siblings": 2, "rivals": 3}
"""Pairs of stored pictures that are compared in one check for each, at most."""
MOST_HELD_AGAINST = 3
"""Stored pictures that one is held against until one differs enough."""
LITTLE = 0.5
"""Log odds of a loss that is not worth comparing stored pictures."""
EVEN = 0.5
"""Probability of showing one photograph below which no other picture takes much more."""
MOST_PRODUCTS = 100
"""Products of a picture that are looked at, at most."""
RENDITION = 0.94
"""Probability from which two stored pictures are surely renditions of one photograph."""


class Rivals:
    """Lowers the percentages of pictures beside which another photograph is likely, too.

    The likeliest picture loses by the likeliest one of another photograph whose pHash is not
    clearly farther from the query, and all others lose by the likeliest picture. Pictures of one
    product or sku are no rivals, nor are colours and renditions of one photograph. How likely two
    pictures are renditions is found by comparing them: hashes do not tell, since half of them are
    more than 40 bits apart. What is not surely one photograph or two loses, by the rule of total
    probability, what it would lose in either case.

    Before that, whatever may match is held against its sibling: of the other pictures, the one that
    agrees most with the query and differs from it. There, a copy shows what its own picture shows.
    That holds for pictures of one product, too, but not for renditions, over each of which
    something else may lie: a match loses unless both show one photograph. The likeliest matches are
    compared with their siblings; others, and what is no match, are taken for other photographs.

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
        self._pictures = pictures
        self._products = products
        self._known_products: dict[str, list[Product]] = {}
        self._alike: dict[frozenset[str], float] = {}
        self._may_compare = dict(MOST_COMPARED)

    def lowered(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings of one query, in their order, without what siblings and rivals take.

        Pictures in which nothing is changed lose nothing, and those that are surely copies lose
        nothing to rivals: how near others are to them is asked for apart. Where no two pictures are
        known to be rivals, nobody loses to one.
        """
        lying = sorted(
            (found for found in findings if found.on_query), key=lambda found: -found.agreement
        )
        findings = self._all_beside_siblings(findings, lying)
        likely = [found for found in findings if _may_stand(found) and self._shown(found)]
        likely.sort(key=lambda found: -found.score)
        if len(likely) < 2 or not any(map(_may_lose, findings)):  # noqa: PLR2004 - a pair
            return findings
        first, *others = likely
        bits = first.evidence.phash_distance
        near = (other for other in others if not is_far_behind(other.evidence.phash_distance, bits))
        second = self._strongest_rival(first, near)
        if second is None and self._strongest_rival(first, others) is None:
            return findings
        return [
            self._beside(found, first, second) if _may_lose(found) else found for found in findings
        ]

    def _all_beside_siblings(
        self, findings: Sequence[Finding], lying: Sequence[Finding]
    ) -> list[Finding]:
        """All findings, in their order; the likeliest are the first to be compared."""
        lowered = list(findings)
        for place in sorted(range(len(findings)), key=lambda each: -findings[each].probability):
            lowered[place] = self._beside_siblings(findings[place], lying)
        return lowered

    def _beside_siblings(self, found: Finding, lying: Sequence[Finding]) -> Finding:
        """A finding without what it loses where it differs from the other pictures.

        Args:
            found: the finding.
            lying: all that lie on the query, those of most agreement first.
        """
        if found.on_query is None or found.probability < MIN_DOUBT or _is_unchanged(found):
            return found
        others = (other for other in lying if other is not found and self._shown(other))
        for other in islice(others, MOST_HELD_AGAINST):
            lost = self._verifier.lost_to_sibling(found, other)
            if lost is None:
                continue
            left = found.without(lost)
            if not found.is_matched or lost < LITTLE:
                return left
            alike = self._compare(found, other, "siblings") or 0.0
            if alike < RENDITION:
                return found.lowered_to(_mean(alike, found, left))
        return found

    def _beside(self, found: Finding, first: Finding, second: Finding | None) -> Finding:
        """A finding without what the likeliest picture of another photograph takes from it.

        That is the second one if it is of the photograph of the first, and else the first one.
        """
        if found.verdict is Verdict.COLOUR_VARIANT or self._share_a_product(first, found):
            alike = 1.0
        else:
            alike = self._known(first, found)
        beside_second = self._beside_rival(found, first, second)
        if alike >= RENDITION:
            return beside_second
        beside_first = found.without(self._verifier.lost_to_rival(first.score))
        return found.lowered_to(_mean(alike, beside_second, beside_first))

    def _beside_rival(self, found: Finding, first: Finding, second: Finding | None) -> Finding:
        """A finding, of the photograph of the first, without what the second one takes from it."""
        if second is None or second.fingerprint_id == found.fingerprint_id:
            return found
        left = found.without(self._verifier.lost_to_rival(second.score))
        return found.lowered_to(_mean(self._known(first, second), found, left))

    def _strongest_rival(self, first: Finding, others: Iterable[Finding]) -> Finding | None:
        """The picture that takes most from the likeliest one; ``None`` if no rival is known."""
        known = []
        for other in others:
            if self._share_a_product(first, other):
                continue
            alike = self._compare(first, other, "rivals")
            if alike is not None and alike < RENDITION:
                known.append(other)
                if alike < EVEN:
                    break
        left = (self._beside_rival(first, first, other).probability for other in known)
        return min(zip(left, known, strict=True), key=lambda pair: pair[0], default=(0, None))[1]

    def _compare(self, one: Finding, other: Finding, purpose: str) -> float | None:
        """The probability that both show one photograph.

        Returns:
            ``None`` after as many pairs as may be compared for a purpose.
        """
        pair = _pair(one, other)
        if pair not in self._alike and self._may_compare[purpose]:
            self._may_compare[purpose] -= 1
            stored, asked = self._pictures([one.fingerprint_id, other.fingerprint_id]).values()
            picture, query = stored_query(asked.fingerprint)
            [found] = self._verifier.verify(picture, query, [stored], REFERENCE_SIZE)
            self._alike[pair] = found.probability
        return self._alike.get(pair)

    def _known(self, one: Finding, other: Finding) -> float:
        """The same as far as it is known, and else 0."""
        return self._alike.get(_pair(one, other), 0.0)

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


def _pair(one: Finding, other: Finding) -> frozenset[str]:
    return frozenset((one.fingerprint_id, other.fingerprint_id))


def _mean(alike: float, if_one: Finding, if_two: Finding) -> float:
    """The probability of a finding whose picture shows one photograph with another, or not."""
    return alike * if_one.probability + (1 - alike) * if_two.probability


def _may_stand(found: Finding) -> bool:
    """Return whether a picture is likely enough to be a rival, in the colours of the query."""
    return found.score > RIVAL_SCORE and found.verdict is not Verdict.COLOUR_VARIANT


def _may_lose(found: Finding) -> bool:
    """Return whether a picture may match, and is no sure copy."""
    return MIN_DOUBT <= found.probability < SURE and not _is_unchanged(found)


def _is_unchanged(found: Finding) -> bool:
    return found.verdict is Verdict.DUPLICATE
