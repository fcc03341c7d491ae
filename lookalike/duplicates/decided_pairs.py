"""All decisions that stand, as a search for duplicates needs them: by pictures and by products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import TypeVar

from lookalike.decisions import Decision, DecisionKind
from lookalike.storage.decisions import every_decision
from lookalike.storage.interfaces import Storage
from lookalike.storage.still_shown import Shown, standing

_AT_ONCE = 1_000

Pair = frozenset[str]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class DecidedPairs:
    """What stands.

    Attributes:
        pictures: what was decided about two different pictures, by their fingerprint ids. It holds
            for all products that show them.
        different: the products that are no duplicates of a product although both show the identical
            picture, by its entity id.
    """

    pictures: Mapping[Pair, DecisionKind] = field(default_factory=dict)
    different: Mapping[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, storage: Storage) -> DecidedPairs:
        """All that stands in a storage; of two decisions about two pictures, the later one."""
        pictures: dict[Pair, tuple[float, DecisionKind]] = {}
        different: defaultdict[str, set[str]] = defaultdict(set)
        for decision, a, b in standing_decisions(storage, every_decision(storage.decisions)):
            said = decision.decided_at, decision.kind
            for pair in _decided(decision.kind, a, b):
                pictures[pair] = max(pictures.get(pair, said), said)
            if {*a} & {*b} and decision.kind is DecisionKind.NOT_DUPLICATE:
                different[decision.a].add(decision.b)
                different[decision.b].add(decision.a)
        return cls({pair: kind for pair, (_, kind) in pictures.items()}, different)


def _decided(kind: DecisionKind, a: Shown, b: Shown) -> Iterator[Pair]:
    """The pairs of pictures that are decided: all, or of duplicates that of the main ones.

    Otherwise a front and a back view would be copies, because their products are duplicates.
    """
    ends = [(a[0], b[0])] if kind is DecisionKind.DUPLICATE else product(a, b)
    yield from (Pair(each) for each in ends if each[0] != each[1])


def standing_decisions(
    storage: Storage, decisions: Iterable[Decision]
) -> Iterator[tuple[Decision, Shown, Shown]]:
    """Those that stand, each with the pictures of its two products that it is about."""
    for some in in_batches(decisions, _AT_ONCE):
        for decision, (a, b) in zip(some, standing(storage, some), strict=True):
            if a and b:
                yield decision, a, b


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of this size; the last one may be shorter."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
