"""The progress of a reconciliation of table and index, kept between invocations and for /status."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Self
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from lookalike.errors import StorageUnavailableError
from lookalike.storage.paging import Segment

NOT_RECONCILED = "Counts are available once the first scheduled reconciliation has ended."


class NotReconciledError(StorageUnavailableError):
    """Table and index have not been reconciled since the stack was deployed."""

    code = "not_compared_yet"
    title = "Not counted yet"
    retry_after = 600


class Step(StrEnum):
    """The steps of a reconciliation, in order. One begins when all parts of the last have ended."""

    CHECKSUMS = "checksums"
    """Stored pictures are counted, and checksums of ranges of their ids are made."""
    COMPARISON = "comparison"
    """The same checksums are made of the index, and say which ranges differ."""
    SEARCHABLE = "searchable"
    """Each picture that the index has in a range that differs is looked up in the table, and
    removed where it is missing."""
    STORED = "stored"
    """Each stored picture in a range that differs is looked up in the index, and added where it is
    missing; pictures that no product shows any more are removed."""
    PRODUCTS = "products"
    """Products are counted; each is looked up in the index by looks, and written where it differs.
    """
    LOOKS = "looks"
    """Each product of the index by looks is looked up in the table, and removed if it is gone."""
    FINISHED = "finished"


class Counts(BaseModel):
    """What a reconciliation has found, or a part of it.

    Attributes:
        products: number of products.
        pictures: number of stored pictures, of all algorithm versions.
        outdated: stored pictures of another algorithm version.
        behind: pictures that were missing in the index, before they were added; without those
            registered in the last minutes, whose change may still be in the stream.
        ahead: pictures that were in the index only, before they were removed.
        unrepaired: pictures behind or ahead that could not be repaired.
        swept: pictures that no product showed.
        looks_found: products that the index by looks had as they are.
        looks_behind: products that it lacked or had otherwise, before they were written; without
            those whose changes arrived moments later.
        looks_ahead: products that were in it only, before they were removed; likewise.
    """

    model_config = ConfigDict(frozen=True)

    products: int = 0
    pictures: int = 0
    outdated: int = 0
    behind: int = 0
    ahead: int = 0
    unrepaired: int = 0
    swept: int = 0
    looks_found: int = 0
    looks_behind: int = 0
    looks_ahead: int = 0

    def plus(self, **counts: int) -> Self:
        """The same with more of some of them."""
        return self.model_copy(
            update={name: getattr(self, name) + count for name, count in counts.items()}
        )


class PartState(Counts):
    """A part of the current step, so far, which one worker at a time works on.

    Attributes:
        run_id: of the reconciliation.
        step: the step.
        number: of the part, from 0.
        cursor: where it continues; ``None``: at its beginning.
        is_done: whether it has ended.
        checksums: name of the file with its checksums; empty: it has none yet.
        differing: which of its ranges differ, packed.
    """

    run_id: str
    step: Step
    number: int
    cursor: str | None = None
    is_done: bool = False
    checksums: str = ""
    differing: str = ""

    def at(self, cursor: str | None, **changes: object) -> PartState:
        """The part at another place; ``None``: at its end."""
        return self.model_copy(update={"cursor": cursor, "is_done": cursor is None, **changes})


class ReconciliationState(Counts):
    """One reconciliation, so far. What it has counted is that of the steps that have ended.

    Attributes:
        version: algorithm version of the pictures that are reconciled.
        started_at: seconds since the epoch (UTC).
        finished_at: seconds since the epoch (UTC); ``None`` while it is unfinished.
        run_id: tells it from all others.
        step: the current step.
        parts: in which each step is done.
        digits: of the bounds of the ranges of ids.
        swept_digit: only pictures whose ids begin so are swept; empty: all.
        checksums: names of the files with the checksums of the table, by part.
        differing: which ranges of ids differ, packed, by part.
        bounds: the last product of each part of the index by looks but the last.
        embedding_run: the last run that embedded stored pictures before it began, if there was one.
        are_embedded_since: whether that run was not there yet when the one before began. Then the
            index by looks gets the embeddings that it lacks.
        worker: who works on it.
        leased_until: nobody else does until then (seconds since the epoch, UTC).
        rounds: how often this worker has begun to work on all parts that were left.
    """

    version: str
    started_at: float
    finished_at: float | None = None
    run_id: str = Field(default_factory=lambda: uuid4().hex)
    step: Step = Step.CHECKSUMS
    parts: int = 1
    digits: int = 3
    swept_digit: str = ""
    checksums: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    embedding_run: str | None = None
    are_embedded_since: bool = False
    worker: str = ""
    leased_until: float = 0.0
    rounds: int = 0

    def segment(self, part: PartState) -> Segment:
        """What a part reads of a table."""
        return Segment(part.number, self.parts)

    def new_part(self, number: int) -> PartState:
        """A part of the current step, at its beginning."""
        return PartState(run_id=self.run_id, step=self.step, number=number)

    def has(self, part: PartState) -> bool:
        """Return whether that is a part of the current step."""
        return (part.run_id, part.step) == (self.run_id, self.step)

    def with_counts(self, parts: Iterable[PartState]) -> ReconciliationState:
        """The same with what parts of the current step have counted."""
        state = self
        for part in parts:
            state = state.plus(**{name: getattr(part, name) for name in Counts.model_fields})
        return state

    def at(self, step: Step, **changes: Any) -> ReconciliationState:  # noqa: ANN401 - of any field
        """The state at the beginning of another step."""
        return self.model_copy(update={"step": step, **changes})
