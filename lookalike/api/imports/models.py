"""What the import routes answer, as the contract shows it."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from lookalike.api.imports.service import FailurePage, ImportProgress
from lookalike.storage.import_runs import FailedRow, ImportState


class ImportAnswer(BaseModel):
    """An import as it stands: done + unchanged + failed + left = total."""

    id: str
    state: ImportState
    total: int | None = Field(description="Rows of the file; null until it is known.")
    done: int = Field(description="Rows that were created or replaced.")
    unchanged: int = Field(description="Rows that were there already, as they are.")
    failed: int = Field(description="Rows that were refused; see /imports/{id}/failures.")
    left: int | None = Field(description="Rows still to be looked at.")
    rows_per_second: float | None = Field(description="Since started_at.")
    seconds_left: float | None
    created_at: datetime
    started_at: datetime | None = Field(
        description="When the service began to load it, or went on after it was started anew; "
        "null while it waits for its turn."
    )
    finished_at: datetime | None

    @classmethod
    def of(cls, progress: ImportProgress) -> ImportAnswer:
        """What is shown of an import."""
        run = progress.run
        return cls(
            id=run.import_id,
            state=run.state,
            total=run.total,
            done=run.done,
            unchanged=run.unchanged,
            failed=run.failed,
            left=progress.left,
            rows_per_second=_rounded(progress.rows_per_second),
            seconds_left=_rounded(progress.seconds_left),
            created_at=_moment(run.created_at),
            started_at=None if run.started_at is None else _moment(run.started_at),
            finished_at=None if run.finished_at is None else _moment(run.finished_at),
        )


class FailureAnswer(BaseModel):
    """A row that was refused."""

    row: int = Field(description="Its number in the catalogue.")
    entity_id: str | None
    image_url: str | None
    code: str = Field(description="The kind of error, for programs.")
    detail: str

    @classmethod
    def of(cls, failure: FailedRow) -> FailureAnswer:
        """What is shown of a refused row."""
        return cls(
            row=failure.row,
            entity_id=failure.entity_id,
            image_url=failure.image_url,
            code=failure.code,
            detail=failure.detail,
        )


class FailuresAnswer(BaseModel):
    """One page of the refused rows."""

    failures: list[FailureAnswer]
    next: str | None = Field(description="Where the next page is; null on the last one.")

    @classmethod
    def of(cls, page: FailurePage, path: str) -> FailuresAnswer:
        """What is shown of a page; ``path`` leads to the first one."""
        onwards = f"{path}?after={page.next_after}&limit={page.limit}"
        return cls(
            failures=[FailureAnswer.of(failure) for failure in page.failures],
            next=None if page.next_after is None else onwards,
        )


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
