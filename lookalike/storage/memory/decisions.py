"""Decisions in a dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from typing_extensions import override

from lookalike.decisions import Decision, pair_id, pair_of_decision
from lookalike.storage.decisions import (
    DEFAULT_LIMIT,
    EVERY_DECISION,
    DecisionFilter,
    DecisionPage,
    DecisionStore,
    cut,
    require_seen,
    require_standing,
)
from lookalike.storage.memory.journal import Journal
from lookalike.storage.refusals import require_unicode


class MemoryDecisions(DecisionStore):
    """Decisions by pair id."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._decisions: dict[str, Decision] = {}

    @override
    def put(self, decision: Decision, replaces: str | None = None) -> None:
        require_unicode([decision.a, decision.b, decision.note, decision.by])
        with self._journal.transaction():
            require_seen(self._decisions.get(decision.pair_id), decision, replaces)
            self._set(decision.pair_id, decision)

    @override
    def between(self, one: str, other: str) -> Decision | None:
        return self._decisions.get(pair_id(one, other))

    @override
    def of_products(self, entity_ids: Iterable[str]) -> list[Decision]:
        wanted = set(entity_ids)
        with self._journal.transaction():
            found = [each for each in self._decisions.values() if wanted & {each.a, each.b}]
        return sorted(found, key=lambda decision: decision.pair_id)

    @override
    def page(
        self,
        after: str = "",
        limit: int = DEFAULT_LIMIT,
        wanted: DecisionFilter = EVERY_DECISION,
    ) -> DecisionPage:
        with self._journal.transaction():
            left = sorted(key for key in self._decisions if key > after)
            found = [
                each for each in map(self._decisions.__getitem__, left) if wanted.accepts(each)
            ]
        return cut(found, limit)

    @override
    def delete(self, decision_id: str) -> None:
        with self._journal.transaction():
            pair = pair_of_decision(decision_id)
            require_standing(self._decisions.get(pair), decision_id)
            self._set(pair, None)

    def _set(self, pair: str, decision: Decision | None) -> None:
        old = self._decisions.pop(pair, None)
        if decision:
            self._decisions[pair] = decision
        self._journal.record(partial(self._set, pair, old))
