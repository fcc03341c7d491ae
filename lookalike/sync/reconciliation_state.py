"""The progress of a reconciliation of table and index, kept between invocations and for /status."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from lookalike.errors import StorageUnavailableError

NOT_RECONCILED = "Counts are available once the first scheduled reconciliation has ended."


class NotReconciledError(StorageUnavailableError):
    """Table and index have not been reconciled since the stack was deployed."""

    code = "not_compared_yet"
    title = "Not counted yet"
    retry_after = 600


class Step(StrEnum):
    """The steps of a reconciliation, in order."""

    STORED = "stored"
    """Each stored picture is looked up in the index, and added where it is missing."""
    SEARCHABLE = "searchable"
    """Each picture of the index is looked up in the table, and removed where it is missing."""
    SWEEP = "sweep"
    """Pictures that no product shows any more are removed."""
    PRODUCTS = "products"
    """Products are counted; each is looked up in the index by looks, and written where it differs.
    """
    LOOKS = "looks"
    """Each product of the index by looks is looked up in the table, and removed if it is gone."""
    FINISHED = "finished"


class ReconciliationState(BaseModel):
    """One reconciliation, so far.

    Attributes:
        version: algorithm version of the pictures that are reconciled.
        started_at: seconds since the epoch (UTC).
        finished_at: seconds since the epoch (UTC); ``None`` while it is unfinished.
        step: the current step.
        cursor: where that step continues; ``None``: at its beginning.
        products: number of products.
        pictures: number of stored pictures, of all algorithm versions.
        outdated: stored pictures of another algorithm version.
        found: pictures that were in the index already.
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

    version: str
    started_at: float
    finished_at: float | None = None
    step: Step = Step.STORED
    cursor: str | None = None
    products: int = 0
    pictures: int = 0
    outdated: int = 0
    found: int = 0
    behind: int = 0
    ahead: int = 0
    unrepaired: int = 0
    swept: int = 0
    looks_found: int = 0
    looks_behind: int = 0
    looks_ahead: int = 0

    def at(self, step: Step, cursor: str | None = None) -> ReconciliationState:
        """The state moved to another place."""
        return self.model_copy(update={"step": step, "cursor": cursor})


class ReconciliationStore(ABC):
    """Keeps the unfinished reconciliation and the last finished one."""

    @abstractmethod
    def unfinished(self) -> ReconciliationState | None:
        """The reconciliation to continue, if there is one.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def last(self) -> ReconciliationState | None:
        """The last finished reconciliation, if there is one.

        Raises:
            StorageUnavailableError: the store does not answer.
        """

    @abstractmethod
    def save(self, state: ReconciliationState) -> None:
        """Keep a state; a finished one becomes the last and is no longer unfinished.

        Raises:
            StorageUnavailableError: the store does not answer.
        """
