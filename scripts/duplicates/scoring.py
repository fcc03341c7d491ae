"""Scores groups against a mixture, of which it is known who was made of which photograph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from scripts.duplicates.mixture import MixedProduct

Pair = frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """How well a method has found the pairs of a mixture.

    Attributes:
        found: pairs of products that it puts together.
        right: those of them that show one photograph.
        true: all pairs that show one photograph.
        largest: products in its largest group.
        mixing: groups that join products of several photographs.
    """

    found: int
    right: int
    true: int
    largest: int
    mixing: int

    @property
    def recall(self) -> float:
        """The share of the pairs of one photograph that were found."""
        return self.right / self.true

    @property
    def precision(self) -> float:
        """The share of the pairs that were found that show one photograph; 1 where none was."""
        return self.right / self.found if self.found else 1.0


def true_pairs(products: Iterable[MixedProduct]) -> set[Pair]:
    """All pairs of products that were made of one photograph."""
    by_photograph: defaultdict[str, list[str]] = defaultdict(list)
    for product in products:
        by_photograph[product.photograph].append(product.entity_id)
    return {frozenset(pair) for made in by_photograph.values() for pair in combinations(made, 2)}


def score(groups: Iterable[Sequence[str]], products: Sequence[MixedProduct]) -> Score:
    """Score groups of entity ids."""
    photograph = {product.entity_id: product.photograph for product in products}
    listed = [list(group) for group in groups if len(group) > 1]
    true = true_pairs(products)
    found = {frozenset(pair) for group in listed for pair in combinations(group, 2)}
    mixing = sum(len({photograph[name] for name in group}) > 1 for group in listed)
    largest = max(map(len, listed), default=0)
    return Score(len(found), len(found & true), len(true), largest, mixing)


def components(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Everything that pairs connect, which is how tools without groups of their own are used."""
    group_of: dict[str, list[str]] = {}
    for a, b in pairs:
        first, second = group_of.setdefault(a, [a]), group_of.setdefault(b, [b])
        if first is not second:
            first += second
            group_of.update(dict.fromkeys(second, first))
    return list({id(group): group for group in group_of.values()}.values())


def missed_edits(groups: Iterable[Sequence[str]], products: Sequence[MixedProduct]) -> Counter[str]:
    """How often each edit was missed: its copy is not in the group of its photograph."""
    together = {name: set(group) for group in groups for name in group}
    return Counter(
        product.edit
        for product in products
        if product.edit and product.photograph not in together.get(product.entity_id, set())
    )
