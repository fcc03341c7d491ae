"""Decisions about the products of a catalogue, for programs."""

from __future__ import annotations

import time
from collections.abc import Iterator

from lookalike.api.decisions.service import Decide, NewDecision
from lookalike.decisions import MAX_NAME_LENGTH, MAX_NOTE_LENGTH, Decision
from lookalike.python_api.arguments import decision_kind, require_note, require_text
from lookalike.python_api.open_catalogue import OpenCatalogue
from lookalike.storage.decisions import DecisionFilter, every_decision


class DecidingCatalogue(OpenCatalogue):
    """A catalogue whose products people decide about."""

    def decide(  # noqa: PLR0913 - keywords, each with a default
        self,
        a: str,
        b: str,
        decision: str,
        *,
        note: str = "",
        by: str = "",
        replaces: str | None = None,
    ) -> Decision:
        """Decide about two products, whichever of them is named first.

        Args:
            a: id of a product.
            b: id of the other one.
            decision: ``duplicate``, ``not_duplicate`` or ``variant``.
            note: why.
            by: who decides.
            replaces: ``decision_id`` of the decision that this one replaces.

        Returns:
            The decision that stands: this one, or the one that said the same before.

        Raises:
            BadParameterError: there is no such decision, or both are the same product.
            UnknownProductError: there is no product with one of these ids.
            DecisionConflictError: another decision stands than ``replaces`` names.
        """
        for name, text in {"a": a, "b": b}.items():
            require_text(name, text)
        require_note("note", note, MAX_NOTE_LENGTH)
        require_note("by", by, MAX_NAME_LENGTH)
        new = NewDecision(a, b, decision_kind(decision), note, by, replaces)
        return Decide(self._storage, time.time).put(new)[0]

    def decisions(
        self, *, entity_id: str | None = None, decision: str | None = None
    ) -> Iterator[Decision]:
        """The decisions that meet both conditions, read while they are asked for.

        Args:
            entity_id: only those about this product.
            decision: only ``duplicate``, ``not_duplicate`` or ``variant``.

        Raises:
            BadParameterError: there is no such decision.
        """
        kind = None if decision is None else decision_kind(decision)
        return every_decision(self._storage.decisions, DecisionFilter(entity_id, kind))

    def undo(self, decision_id: str) -> None:
        """Undo a decision.

        Raises:
            UnknownDecisionError: there is none with this ``decision_id``.
            DecisionConflictError: another one stands about these products.
        """
        self._storage.decisions.delete(decision_id)
