"""Parts of answers that several routes share."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from pydantic import BaseModel, Field

from lookalike.matching.finding import Outline
from lookalike.pictures import Fingerprint

_CENT = Decimal("0.01")
_DECIMALS = 4


def shown_percentage(percentage: float) -> float:
    """A percentage (0 to 100) as answers show it: two decimals, cut off rather than rounded.

    So 100 stands for certainty only, and nothing is shown at a threshold that it did not reach.
    """
    return float(Decimal(repr(float(percentage))).quantize(_CENT, ROUND_DOWN))


def shown_share(share: float | None) -> float | None:
    """A share (0 to 1) as answers show it: four decimals, a hundredth of a per cent."""
    return None if share is None else round(share, _DECIMALS)


def shown_outline(outline: Outline | None) -> Outline | None:
    """Corners as answers show them: four decimals, less than a pixel of 8,000."""
    if outline is None:
        return None
    # Adding zero makes -0.0 the zero that people know.
    return tuple((round(x, _DECIMALS) + 0.0, round(y, _DECIMALS) + 0.0) for x, y in outline)


class PictureAnswer(BaseModel):
    """What is known about a picture from its pixels."""

    phash: str = Field(description="64-bit pHash of the whole frame, 16 hex digits.")
    quality: int = Field(description="0 to 100: how much there is to be recognised by.")
    width: int = Field(description="Pixels, after orientation.")
    height: int = Field(description="Pixels, after orientation.")

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> PictureAnswer:
        """What is shown of a fingerprint."""
        return cls(
            phash=fingerprint.hashes["phash"].hex(),
            quality=fingerprint.quality,
            width=fingerprint.width,
            height=fingerprint.height,
        )
