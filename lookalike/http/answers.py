"""Parts of answers that several routes have, and how figures are rounded in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from lookalike.matching.finding import Outline
from lookalike.pictures import Fingerprint

_DECIMALS = 4

MatchPercentage = Annotated[
    float,
    Field(
        ge=0,
        le=100,
        description="100 x the probability that both pictures come from the same photograph.",
    ),
]


def shown_share(share: float | None) -> float | None:
    """A share (0 to 1) with four decimals, a hundredth of a per cent."""
    return None if share is None else round(share, _DECIMALS)


def shown_outline(outline: Outline | None) -> Outline | None:
    """Corners with four decimals, which is finer than a pixel of 8,000."""
    if outline is None:
        return None
    # Adding zero turns -0.0 into 0.0.
    return tuple((round(x, _DECIMALS) + 0.0, round(y, _DECIMALS) + 0.0) for x, y in outline)


class PictureAnswer(BaseModel):
    """Properties of a picture that are computed from its pixels."""

    phash: str = Field(
        pattern="^[0-9a-f]{16}$", description="64-bit pHash of the whole picture, 16 hex digits."
    )
    quality: int = Field(
        ge=0,
        le=100,
        description="How much the picture shows; below 50 it cannot be matched by its hashes.",
    )
    width: int = Field(ge=0, description="Pixels of the upright picture.")
    height: int = Field(ge=0, description="Pixels of the upright picture.")

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> PictureAnswer:
        """The fingerprint as it is shown."""
        return cls(
            phash=fingerprint.hashes["phash"].hex(),
            quality=fingerprint.quality,
            width=fingerprint.width,
            height=fingerprint.height,
        )
