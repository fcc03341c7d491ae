"""What was decided about the products of groups, and whether anything is left to decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any

from lookalike.decisions import Decision, DecisionKind
from lookalike.duplicates.decided_pairs import in_batches, standing_decisions
from lookalike.duplicates.groups import Group
from lookalike.storage.interfaces import Storage
from lookalike.storage.still_shown import Shown

_AT_ONCE = 100
"""Groups whose decisions are read together."""

Standing = tuple[Decision, Shown, Shown]


def with_decisions(storage: Storage, groups: Iterable[Group]) -> Iterator[Group]:
    """The groups with what was decided: ``decisions`` between their products, and ``decided``.

    A group is decided if each two of its products are, directly or because both are duplicates or
    variants of a third one. What was decided about two different pictures holds for all products
    that show them.
    """
    for some in in_batches(groups, _AT_ONCE):
        members = {member["entity_id"] for group in some for member in group["members"]}
        decisions = storage.decisions.of_products(members)
        stand = list(standing_decisions(storage, decisions))
        yield from (_marked(group, stand) for group in some)


def _marked(group: Group, stand: Sequence[Standing]) -> Group:
    members = {member["entity_id"] for member in group["members"]}
    own = [each for each in stand if {each[0].a, each[0].b} <= members]
    shown = [_listed(decision) for decision, _, _ in own]
    return group | {"decided": _Members(group).are_decided(own), "decisions": shown}


class _Members:
    """The products of a group, those together that are known to belong together."""

    def __init__(self, group: Group) -> None:
        self._pictures = {each["entity_id"]: each["fingerprint_id"] for each in group["members"]}
        self._root = {entity_id: entity_id for entity_id in self._pictures}

    def are_decided(self, decisions: Sequence[Standing]) -> bool:
        """Return whether each two products are decided."""
        sides = [(each[0].kind, *self._sides(each)) for each in decisions]
        for kind, left, right in sides:
            if kind is not DecisionKind.NOT_DUPLICATE:
                self._join(left | right)
        together = {self._root_of(entity_id) for entity_id in self._root}
        apart = {
            frozenset((self._root_of(one), self._root_of(other)))
            for kind, left, right in sides
            if kind is DecisionKind.NOT_DUPLICATE
            for one, other in product(left, right)
        }
        pairs = sum(len(pair) > 1 for pair in apart)
        return pairs == len(together) * (len(together) - 1) // 2

    def _sides(self, standing: Standing) -> tuple[set[str], set[str]]:
        """The products of either side, with others that show the same picture as it."""
        decision, a, b = standing
        left, right = self._showing(a), self._showing(b)
        if {*a} & {*b}:
            return left & {decision.a}, right & {decision.b}
        return left, right

    def _showing(self, pictures: Shown) -> set[str]:
        return {key for key, picture in self._pictures.items() if picture in pictures}

    def _join(self, entity_ids: set[str]) -> None:
        roots = {self._root_of(entity_id) for entity_id in entity_ids}
        for root in roots:
            self._root[root] = min(roots)

    def _root_of(self, entity_id: str) -> str:
        while self._root[entity_id] != entity_id:
            entity_id = self._root[entity_id]
        return entity_id


def _listed(decision: Decision) -> dict[str, Any]:
    moment = datetime.fromtimestamp(decision.decided_at, UTC)
    return {
        "id": decision.decision_id,
        "a": decision.a,
        "b": decision.b,
        "decision": decision.kind.value,
        "note": decision.note,
        "by": decision.by,
        "decided_at": moment.isoformat(),
    }
