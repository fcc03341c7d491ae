"""The store of decisions, and which of them a list shows.

Decisions belong to the truth, beside products and pictures. They stay when a product is deleted, so
that they hold again when it is registered anew.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lookalike.decisions import Decision, DecisionKind
from lookalike.errors import DecisionConflictError, UnknownDecisionError

DEFAULT_LIMIT = 100
"""Decisions of a page where nobody asks for another number."""


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions a page shows: those that meet both conditions.

    Attributes:
        entity_id: one of the two products; ``None``: any.
        kind: what is decided; ``None``: anything.
    """

    entity_id: str | None = None
    kind: DecisionKind | None = None

    def accepts(self, decision: Decision) -> bool:
        """Return whether a decision is shown."""
        return self.entity_id in {None, decision.a, decision.b} and self.kind in {
            None,
            decision.kind,
        }


EVERY_DECISION = DecisionFilter()


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Some decisions.

    Attributes:
        decisions: in order of their pair ids.
        after: pair id behind which the next page begins; ``None``: there is none. A page may have
            fewer decisions than were asked for, or none, and yet be followed by others.
    """

    decisions: Sequence[Decision]
    after: str | None = None


class DecisionStore(ABC):
    """Decisions by the two products that they are about."""

    @abstractmethod
    def put(self, decision: Decision, replaces: str | None = None) -> None:
        """Keep a decision about two products, if what stood about them is what the caller saw.

        Putting the decision that stands again changes nothing.

        Args:
            decision: to keep.
            replaces: id of the decision that stands; ``None``: there is none.

        Raises:
            DecisionConflictError: another one stands, or none does any more.
        """

    @abstractmethod
    def between(self, one: str, other: str) -> Decision | None:
        """The decision about two products, if there is one."""

    @abstractmethod
    def of_products(self, entity_ids: Iterable[str]) -> list[Decision]:
        """The decisions about any of these products, each once, by pair id."""

    @abstractmethod
    def page(
        self,
        after: str = "",
        limit: int = DEFAULT_LIMIT,
        wanted: DecisionFilter = EVERY_DECISION,
    ) -> DecisionPage:
        """Up to ``limit`` decisions behind a pair id, by pair id.

        Pages that each begin ``after`` the page before show every decision once, except for those
        that are made or undone meanwhile.
        """

    @abstractmethod
    def delete(self, decision_id: str) -> None:
        """Undo a decision.

        Raises:
            UnknownDecisionError: nothing is decided about these products.
            DecisionConflictError: another decision stands about them.
        """


def cut(found: Sequence[Decision], limit: int, after: str | None = None) -> DecisionPage:
    """The page of the first ``limit`` decisions that were found.

    Args:
        found: decisions in order.
        limit: of the page.
        after: where to go on behind all that were found.
    """
    shown = found[:limit]
    return DecisionPage(shown, after if len(found) <= limit else shown[-1].pair_id)


def require_seen(standing: Decision | None, decision: Decision, replaces: str | None) -> None:
    """Refuse a decision whose caller has not seen the one that stands.

    Raises:
        DecisionConflictError: see ``DecisionStore.put``.
    """
    if standing == decision or (standing.decision_id if standing else None) == replaces:
        return
    raise conflict_with(standing)


def require_standing(standing: Decision | None, decision_id: str) -> Decision:
    """The decision that stands, if it is the one that a caller wants to undo.

    Raises:
        UnknownDecisionError: nothing is decided.
        DecisionConflictError: another decision stands.
    """
    if standing is None:
        raise UnknownDecisionError(
            f"There is no decision with the id {decision_id!r}, or it has been undone.",
            "`lookalike decisions list` shows the ids.",
        )
    if standing.decision_id != decision_id:
        raise conflict_with(standing)
    return standing


def conflict_with(standing: Decision | None) -> DecisionConflictError:
    """The error about a decision, or about one that was undone, which the caller has not seen."""
    if standing is None:
        return DecisionConflictError(
            "The decision to replace does not stand any more: it was undone. Decide again without "
            "replaces."
        )
    moment = datetime.fromtimestamp(standing.decided_at, UTC).isoformat(timespec="seconds")
    return DecisionConflictError(
        f"About {standing.a!r} and {standing.b!r}, another decision stands: {standing.kind}, by "
        f"{standing.by or 'somebody'} at {moment}, as {standing.decision_id}. Look at it first, "
        "and then name that id: as replaces, to decide otherwise, or to undo it.",
        "The option is --replaces ID.",
    )


def every_decision(
    store: DecisionStore, wanted: DecisionFilter = EVERY_DECISION, page_size: int = 1_000
) -> Iterator[Decision]:
    """All decisions that meet the conditions, read page by page."""
    after: str | None = ""
    while after is not None:
        page = store.page(after, page_size, wanted)
        yield from page.decisions
        after = page.after
