"""What is said about products that were checked before they were stored."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel

from lookalike.http.answers import MatchPercentage
from lookalike.http.problems import Problem
from lookalike.matching.finding import Verdict
from lookalike.storage.flags import Flag


class ArrivalMatch(BaseModel):
    """The product that shows the same photograph as one that has arrived."""

    entity_id: str
    sku: str
    image_url: str | None
    image_index: int = 0
    match_percentage: MatchPercentage
    verdict: Verdict


class FlagAnswer(ArrivalMatch):
    """Why a product was flagged when it arrived, and when."""

    flagged_at: datetime

    @classmethod
    def of(cls, flag: Flag) -> FlagAnswer:
        """The flag as it is shown."""
        return cls(flagged_at=datetime.fromtimestamp(flag.flagged_at, UTC), **flag.match)


class DuplicateProblem(Problem):
    """A product was refused, since another one shows the same photograph."""

    match: ArrivalMatch
