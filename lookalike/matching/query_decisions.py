"""What was decided about the products that a check is made for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from lookalike.decisions import Decision, DecisionKind, Side
from lookalike.pictures import Fingerprint
from lookalike.storage.interfaces import Storage
from lookalike.storage.still_shown import still_shown

MAX_ASKING = 100
"""Products that show the query's picture, the first by entity id, whose decisions are read."""

Shown = tuple[str, str]
"""A product, and a picture that it shows: entity id and fingerprint id."""


class QueryDecisions:
    """The decisions that stand between the products which ask and those that are found.

    A check is asked for the products that its caller names as its own, and for those that show the
    identical picture. Of their decisions, those hold that were made about the query's picture. One
    about two products that show the identical picture says nothing about a third product, so that
    it holds only where the caller names one of the two.

    Args:
        storage: the catalogue.
        query: the picture asked about.
        named: entity ids of the caller's own products.

    Attributes:
        is_stored: whether the query's picture is stored, as a check learns when it reads its first
            candidates. Most are not, and no product that shows it needs to be searched.
    """

    def __init__(self, storage: Storage, query: Fingerprint, named: frozenset[str]) -> None:
        self._storage = storage
        self._query = query
        self._named = named
        self.is_stored = False

    def kind(self, entity_id: str, fingerprint_id: str) -> DecisionKind | None:
        """What was decided about a product that shows this picture."""
        return self._decided.get((entity_id, fingerprint_id))

    def silences(self, entity_id: str, fingerprint_id: str) -> bool:
        """Return whether a product that shows this picture is no duplicate, as was decided."""
        return self.kind(entity_id, fingerprint_id) is DecisionKind.NOT_DUPLICATE

    def silences_some(self, fingerprint_id: str) -> bool:
        """Return whether any product that shows this picture is left out."""
        return fingerprint_id in self._silenced

    @cached_property
    def duplicates(self) -> dict[str, list[str]]:
        """The products that are duplicates, as was decided, and the pictures that each shows."""
        found = defaultdict(list)
        for (entity_id, name), kind in self._decided.items():
            if kind is DecisionKind.DUPLICATE:
                found[entity_id].append(name)
        return dict(found)

    @cached_property
    def _silenced(self) -> set[str]:
        return {name for entity_id, name in self._decided if self.silences(entity_id, name)}

    @cached_property
    def _decided(self) -> dict[Shown, DecisionKind]:
        """What was decided; where two products that ask have decisions, the later one counts."""
        held = list(self._held())
        shown = still_shown(self._storage, [found for _, found, _ in held])
        return {
            (found.entity_id, name): decision.kind
            for (decision, found, is_named), names in zip(held, shown, strict=True)
            for name in names
            if is_named or name != self._query.fingerprint_id
        }

    def _held(self) -> Iterator[tuple[Decision, Side, bool]]:
        """Decisions about the query's picture, the other product, and if the caller names one."""
        asking = self._named | self._showing()
        decisions = self._storage.decisions.of_products(asking) if asking else []
        for decision in sorted(decisions, key=lambda each: each.decided_at):
            for own, other in (decision.sides, decision.sides[::-1]):
                if own.entity_id in asking and own.has(self._query):
                    yield decision, other, own.entity_id in self._named

    def _showing(self) -> set[str]:
        if not self.is_stored:
            return set()
        products = self._storage.products.showing(self._query.fingerprint_id)
        return {product.entity_id for product in islice(products, MAX_ASKING)}
