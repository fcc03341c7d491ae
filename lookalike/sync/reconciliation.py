"""How a comparison of table and index stands, as it is kept between invocations and for status."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from lookalike.errors import StorageUnavailableError

NOT_COMPARED = "Nothing is counted until the first scheduled comparison has ended."


class NotComparedError(StorageUnavailableError):
    """Table and index have not been compared since the deployment was made."""

    code = "not_compared_yet"
    title = "Not counted yet"
    retry_after = 600


class Step(StrEnum):
    """What a comparison does one after the other."""

    STORED = "stored"
    """Each stored picture is looked for in the index, and added where it is missing."""
    SEARCHABLE = "searchable"
    """Each picture of the index is looked for in the table, and removed where it is gone."""
    SWEEP = "sweep"
    """Pictures that no product shows any more are removed."""
    PRODUCTS = "products"
    """Products are counted."""


class Reconciliation(BaseModel):
    """One comparison, so far.

    Attributes:
        version: of the algorithm whose pictures are compared.
        started_at: seconds since the epoch (UTC).
        finished_at: the same; ``None`` while it is under way.
        step: what it is at.
        cursor: where in that step it goes on; ``None``: at the beginning.
        products: how many there are.
        pictures: how many are stored, of all algorithm versions.
        outdated: those of another algorithm version.
        found: pictures that were in the index already.
        behind: pictures that were missing in the index, before they were added; without those
            registered within the last minutes, whose change may be on its way.
        ahead: pictures that were in the index only, before they were removed.
        unrepaired: those of both that could not be brought in step.
        swept: pictures that no product showed.
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
