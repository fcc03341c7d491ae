"""Deciding about products, and listing and undoing decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lookalike.decisions import DecidedPicture, Decision, DecisionKind, Side
from lookalike.errors import BadParameterError, UnknownProductError
from lookalike.storage.decisions import DecisionFilter
from lookalike.storage.interfaces import Storage
from lookalike.storage.still_shown import standing

_DECIMALS = 3
"""Of the seconds when something is decided: exports give the same moment back."""
Pictures = Sequence[DecidedPicture]


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What somebody decides about two products.

    Attributes:
        a: entity id of one of them.
        b: entity id of the other one.
        kind: what is decided.
        note: why; may be empty.
        by: who decides; may be empty.
        replaces: id of the decision that the caller saw; ``None``: there was none.
        decided_at: seconds since the epoch (UTC); ``None``: now.
        pictures_of_a: what ``a`` showed; ``None``: what it shows now.
        pictures_of_b: what ``b`` showed; ``None``: what it shows now.
    """

    a: str
    b: str
    kind: DecisionKind
    note: str = ""
    by: str = ""
    replaces: str | None = None
    decided_at: float | None = None
    pictures_of_a: Pictures | None = None
    pictures_of_b: Pictures | None = None

    def agrees_with(self, other: Decision) -> bool:
        """Return whether a decision says this already."""
        is_said = self.note in {"", other.note}
        return self.kind is other.kind and is_said


@dataclass(frozen=True, slots=True)
class ListedDecision:
    """A decision, and whether it stands: both products still show the pictures."""

    decision: Decision
    stands: bool


@dataclass(frozen=True, slots=True)
class ListedDecisions:
    """A page of decisions, and where the next one begins (``None``: there is none)."""

    decisions: Sequence[ListedDecision]
    after: str | None


class Decide:
    """Keeps, lists and undoes decisions.

    Args:
        storage: keeps them, beside products and pictures.
        clock: seconds since the epoch (UTC).
    """

    def __init__(self, storage: Storage, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._clock = clock

    def put(self, new: NewDecision) -> tuple[Decision, bool]:
        """Decide about two products; return what stands, and whether that is new.

        Saying what is decided already changes nothing. A decision that does not stand any more,
        because other pictures are shown, is replaced by whoever decides next.

        Raises:
            BadParameterError: both are the same product.
            UnknownProductError: one of them is not stored, and the caller names no pictures.
            DecisionConflictError: another decision stands than the one that the caller saw.
            StorageUnavailableError: a store does not answer.
        """
        decision = self._decision(new)
        stored = self._storage.decisions.between(new.a, new.b)
        replaces = new.replaces
        if stored is not None:
            if _pictures(stored) != _pictures(decision):
                replaces = replaces or stored.decision_id
            elif new.agrees_with(stored):
                return stored, False
        self._storage.decisions.put(decision, replaces)
        return decision, stored is None

    def page(self, wanted: DecisionFilter, after: str, limit: int) -> ListedDecisions:
        """The page of decisions behind a pair id; the empty text is before all.

        Raises:
            StorageUnavailableError: a store does not answer.
        """
        page = self._storage.decisions.page(after, limit, wanted)
        return ListedDecisions(self._listed(page.decisions), page.after)

    def listed(self, decision: Decision) -> ListedDecision:
        """A decision, and whether it stands."""
        [listed] = self._listed([decision])
        return listed

    def delete(self, decision_id: str) -> None:
        """Undo a decision.

        Raises:
            UnknownDecisionError: nothing is decided under this id.
            DecisionConflictError: another decision stands about these products.
            StorageUnavailableError: a store does not answer.
        """
        self._storage.decisions.delete(decision_id)

    def _listed(self, decisions: Sequence[Decision]) -> list[ListedDecision]:
        shown = standing(self._storage, decisions)
        pairs = zip(decisions, shown, strict=True)
        return [ListedDecision(decision, bool(a and b)) for decision, (a, b) in pairs]

    def _decision(self, new: NewDecision) -> Decision:
        moment = round(self._clock() if new.decided_at is None else new.decided_at, _DECIMALS)
        sides = self._side(new.a, new.pictures_of_a), self._side(new.b, new.pictures_of_b)
        return Decision.about(sides, new.kind, moment, new.note, new.by)

    def _side(self, entity_id: str, pictures: Pictures | None) -> Side:
        """A product with the pictures that it showed, or else with those that it shows."""
        if pictures:
            return Side(entity_id, tuple(pictures))
        product = self._storage.products.get_many([entity_id]).get(entity_id)
        if product is None:
            raise UnknownProductError.of(entity_id)
        stored = self._storage.pictures.get_many(product.pictures)
        found = [stored[name] for name in product.pictures if name in stored]
        if not found:
            raise BadParameterError(
                f"The picture of {entity_id!r} is not stored any more: register the product again."
            )
        return Side(entity_id, tuple(DecidedPicture.of(each.fingerprint) for each in found))


def _pictures(decision: Decision) -> list[set[DecidedPicture]]:
    return [set(side.pictures) for side in decision.sides]
