"""What a comparison takes and answers, as the contract shows it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from lookalike.errors import prefix_errors
from lookalike.http.answers import shown_outline, shown_percentage, shown_share
from lookalike.http.pictures import PictureReference, PictureSource
from lookalike.http.validation import StrictModel
from lookalike.matching.finding import Evidence, Finding, Outline, Verdict


class CompareRequest(StrictModel):
    """Two pictures; ``a`` is looked for in ``b``."""

    a: PictureReference
    b: PictureReference

    def sources(self) -> tuple[PictureSource, PictureSource]:
        """Where both come from.

        Raises:
            BadParameterError: one is not base64.
        """
        with prefix_errors("a"):
            a = self.a.source()
        with prefix_errors("b"):
            return a, self.b.source()


class ComparisonEvidence(BaseModel):
    """Why the verdict is what it is; what could not be established is null."""

    phash_distance: int = Field(description="Bits between the pHashes, best of flips and turns.")
    deep_distance: int = Field(description="Bits (0 to 512) between the deep hashes, best view.")
    flipped: bool | None = Field(description="Whether a is mirrored.")
    rotation: int | None = Field(
        description="Degrees clockwise, 0 to 359, that a is turned; mirrored first."
    )
    area_of_a: float | None = Field(description="Share of a that is shared, 0 to 1.")
    area_of_b: float | None = Field(description="Share of b that is shared, 0 to 1.")
    outline_of_a: Outline | None = Field(
        default=None,
        description="Corners [x, y] of the shared area in a, in order: fractions, 0 to 1, of the "
        "whole upright picture, from its left and top edge.",
    )
    outline_of_b: Outline | None = Field(
        default=None,
        description="The same in b; each corner shows what the one of the same index in "
        "outline_of_a shows.",
    )

    @classmethod
    def of(cls, evidence: Evidence) -> ComparisonEvidence:
        """What is shown of the evidence."""
        return cls(
            phash_distance=evidence.phash_distance,
            deep_distance=evidence.deep_distance,
            flipped=evidence.flipped,
            rotation=evidence.rotation,
            area_of_a=shown_share(evidence.area_of_query),
            area_of_b=shown_share(evidence.area_of_match),
            outline_of_a=shown_outline(evidence.outline_of_query),
            outline_of_b=shown_outline(evidence.outline_of_match),
        )


class CompareAnswer(BaseModel):
    """Whether two pictures come from one photograph."""

    match_percentage: float = Field(
        description="100 x the probability that both come from the same photograph."
    )
    verdict: Verdict
    evidence: ComparisonEvidence

    @classmethod
    def of(cls, finding: Finding) -> CompareAnswer:
        """What is shown of a finding."""
        return cls(
            match_percentage=shown_percentage(100 * finding.probability),
            verdict=finding.verdict,
            evidence=ComparisonEvidence.of(finding.evidence),
        )
