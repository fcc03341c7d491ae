"""The request and the answer of a comparison, as the contract shows them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from lookalike.api.effort import RequestedEffort
from lookalike.api.evidence import Corners, PictureEvidence, Share, corners_field, share_field
from lookalike.errors import prefix_errors
from lookalike.http.answers import MatchPercentage
from lookalike.http.pictures import PictureReference, PictureSource
from lookalike.http.validation import StrictModel
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding, Verdict


class CompareRequest(StrictModel):
    """Two pictures to compare."""

    a: PictureReference = Field(description="The first picture, which takes the place of a query.")
    b: PictureReference = Field(description="The second picture.")
    effort: RequestedEffort = Effort.NORMAL

    def sources(self) -> tuple[PictureSource, PictureSource]:
        """The addresses or the bytes of both pictures.

        Raises:
            BadParameterError: one of them is not base64; the detail begins with ``a`` or ``b``.
        """
        with prefix_errors("a"):
            a = self.a.source()
        with prefix_errors("b"):
            return a, self.b.source()


class ComparisonEvidence(PictureEvidence):
    """Why two pictures have their verdict. What is not known is null."""

    sides = ("a", "b")
    area_of_a: Share = share_field("a")
    area_of_b: Share = share_field("b")
    outline_of_a: Corners = corners_field("a")
    outline_of_b: Corners = corners_field("b")


class CompareAnswer(BaseModel):
    """Whether two pictures come from the same photograph."""

    match_percentage: MatchPercentage
    verdict: Verdict
    evidence: ComparisonEvidence

    @classmethod
    def of(cls, finding: Finding) -> CompareAnswer:
        """The finding as it is shown."""
        return cls(
            match_percentage=finding.match_percentage,
            verdict=finding.verdict,
            evidence=ComparisonEvidence.of(finding.evidence),
        )
