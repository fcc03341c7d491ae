"""The answers about imports, as the contract shows them."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from lookalike.api.imports.service import FailurePage, ImportProgress
from lookalike.api.progress import rounded
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.storage.import_runs import FailedRow, ImportMode
from lookalike.storage.run_state import RunState


class ImportAnswer(BaseModel):
    """The progress of an import: done + unchanged + failed + left = total."""

    id: str = Field(description="Identifies the import in further requests.")
    state: RunState
    total: int | None = Field(description="Rows of the file; null until they are counted.")
    done: int = Field(description="Rows whose product was created or replaced.")
    unchanged: int = Field(description="Rows whose product was there already, unchanged.")
    failed: int = Field(
        description="Rows that were refused; `/imports/{id}/failures` says why, and lists pictures "
        "that were refused of rows which were not."
    )
    mode: ImportMode = Field(
        default=ImportMode.IMPORT,
        description="`sync`: products that the file does not name are deleted, when all rows are "
        "loaded.",
    )
    dry_run: bool = Field(
        default=False,
        description="Whether nothing is changed: the counts are of what a sync would do.",
    )
    deleted: int = Field(default=0, description="Products that a sync has deleted.")
    detail: str | None = Field(
        default=None,
        description="Why the import has failed, or which products a dry run would delete.",
    )
    on_duplicate: OnDuplicate | None = Field(
        default=None,
        description="What is done with products that others show already; null if none is checked.",
    )
    left: int | None = Field(description="Rows that are still to be read.")
    rows_per_second: float | None = Field(description="The rate since `started_at`.")
    seconds_left: float | None = Field(description="The estimated time to the end.")
    created_at: datetime = Field(description="When the file was received.")
    started_at: datetime | None = Field(
        description="When the service began to load the file, or resumed after a restart; null "
        "while the import waits for others."
    )
    finished_at: datetime | None = Field(description="When the import ended; null until then.")

    @classmethod
    def of(cls, progress: ImportProgress) -> ImportAnswer:
        """The progress of an import as it is shown."""
        run = progress.run
        return cls(
            id=run.import_id,
            state=run.state,
            total=run.total,
            done=run.done,
            unchanged=run.unchanged,
            failed=run.failed,
            mode=run.mode,
            dry_run=run.dry_run,
            deleted=run.deleted,
            detail=run.detail or None,
            on_duplicate=OnDuplicate(run.on_duplicate) if run.on_duplicate else None,
            left=progress.left,
            rows_per_second=rounded(progress.per_second),
            seconds_left=rounded(progress.seconds_left),
            created_at=_moment(run.created_at),
            started_at=None if run.started_at is None else _moment(run.started_at),
            finished_at=None if run.finished_at is None else _moment(run.finished_at),
        )


class ImportsAnswer(BaseModel):
    """The imports that were started last."""

    imports: list[ImportAnswer]


class FailureAnswer(BaseModel):
    """A row that was refused."""

    row: int = Field(description="The number of the row in the file.")
    entity_id: str | None
    image_url: str | None
    code: str = Field(description="The kind of error, for programs; stable.")
    detail: str = Field(description="What is wrong, and what to do.")

    @classmethod
    def of(cls, failure: FailedRow) -> FailureAnswer:
        """A refused row as it is shown."""
        return cls(
            row=failure.row,
            entity_id=failure.entity_id,
            image_url=failure.image_url,
            code=failure.code,
            detail=failure.detail,
        )


class FailuresAnswer(BaseModel):
    """A page of refused rows."""

    failures: list[FailureAnswer]
    next: str | None = Field(description="The path of the next page; null on the last page.")

    @classmethod
    def of(cls, page: FailurePage, path: str) -> FailuresAnswer:
        """A page as it is shown; ``path`` is that of the first page."""
        following = f"{path}?after={page.next_after}&limit={page.limit}"
        return cls(
            failures=[FailureAnswer.of(failure) for failure in page.failures],
            next=None if page.next_after is None else following,
        )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
