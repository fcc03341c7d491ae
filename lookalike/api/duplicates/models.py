"""The answers about searches for duplicates, as the contract shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from lookalike.api.duplicates.service import GroupPage, SearchProgress
from lookalike.api.progress import rounded
from lookalike.decisions import DecisionKind
from lookalike.duplicates.grouping import Kind
from lookalike.duplicates.keeping import Keep
from lookalike.matching.finding import Verdict
from lookalike.storage.run_state import RunState


class DuplicatesAnswer(BaseModel):
    """The progress of a search: compared + left = total."""

    id: str = Field(description="Identifies the search in further requests.")
    state: RunState
    min_match: float
    keep: list[Keep]
    total: int | None = Field(
        description="Pictures to compare: those that no earlier search has compared; null until "
        "they are counted."
    )
    compared: int
    left: int | None
    pictures_per_second: float | None = Field(description="The rate since `started_at`.")
    seconds_left: float | None = Field(description="The estimated time to the end.")
    groups: int | None = Field(description="How many groups there are; null until it is done.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, progress: SearchProgress) -> DuplicatesAnswer:
        """The progress of a search as it is shown."""
        run = progress.run
        return cls(
            id=run.run_id,
            state=run.state,
            min_match=run.min_match,
            keep=[Keep(name) for name in run.keep],
            total=run.total,
            compared=run.compared,
            left=progress.left,
            pictures_per_second=rounded(progress.per_second),
            seconds_left=rounded(progress.seconds_left),
            groups=run.groups,
            created_at=datetime.fromtimestamp(run.created_at, UTC),
            started_at=_moment(run.started_at),
            finished_at=_moment(run.finished_at),
        )


class KeepAnswer(BaseModel):
    """The product of a group to keep."""

    entity_id: str
    reasons: list[str]


class MemberAnswer(BaseModel):
    """A product of a group, which lists it once."""

    entity_id: str
    sku: str
    image_url: str | None
    image_index: int = Field(
        default=0,  # that of services which do not say it
        description="Which of its `images` the picture is; 0 is the main one.",
    )
    attributes: dict[str, str]
    fingerprint_id: str = Field(
        description="Names the picture that it shows; of several, the one that ties it most to the "
        "other members."
    )


class PictureAnswer(BaseModel):
    """A picture of a group."""

    fingerprint_id: str
    width: int
    height: int
    trim_box: list[float] = Field(
        description="Left, top, right and bottom of the frame without a uniform border, as "
        "fractions of the whole."
    )
    thumbnail: str | None = Field(
        default=None,
        description="The frame without its border, as WebP in base64, where `thumbnails=true`.",
    )


class PairAnswer(BaseModel):
    """What links two pictures of a group."""

    a: str = Field(description="The picture that was held against the other one.")
    b: str
    match_percentage: float
    verdict: Verdict
    evidence: dict[str, Any] = Field(
        description="As the `evidence` of POST /compare; empty where other copies of the two "
        "products were compared."
    )


class GroupDecision(BaseModel):
    """What was decided about two products of a group."""

    id: str
    a: str
    b: str
    decision: DecisionKind
    note: str
    by: str
    decided_at: datetime


class GroupAnswer(BaseModel):
    """Products that belong together."""

    id: str = Field(description="The same as long as the group has the same pictures.")
    kind: Kind
    match_percentage: float = Field(description="That of the weakest link.")
    products: int = Field(description="How many there are, also of those that are not listed.")
    keep: KeepAnswer | None = Field(
        description="Null where nothing is to be removed: colours, and pictures that show too "
        "little, such as placeholders."
    )
    members: list[MemberAnswer]
    pictures: list[PictureAnswer]
    links: list[PairAnswer]
    decided: bool = Field(
        default=False,  # that of services which do not say it
        description="Whether nothing is left to decide: each two products are decided, directly or "
        "as duplicates or variants of a third one. As of now, also where that was decided after "
        "the search.",
    )
    decisions: list[GroupDecision] = Field(
        default=[], description="What was decided about two products of the group."
    )


class GroupsAnswer(BaseModel):
    """A page of groups."""

    groups: list[GroupAnswer]
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last page.")

    @classmethod
    def of(cls, page: GroupPage) -> GroupsAnswer:
        """A page as it is shown."""
        groups = [GroupAnswer.model_validate(group) for group in page.groups]
        return cls(groups=groups, next_cursor=page.next_cursor)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
