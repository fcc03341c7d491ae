"""Evidence in answers: what a check says of a match, and a comparison of two pictures."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from lookalike.http.answers import shown_outline, shown_share
from lookalike.matching.finding import Evidence, Outline

_CORNER = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_CORNERS = WithJsonSchema({"anyOf": [{"type": "array", "items": _CORNER}, {"type": "null"}]})
"""Pydantic would describe a pair by ``prefixItems``, which client generators do not know."""

Share = Annotated[Annotated[float, Field(ge=0, le=1)] | None, BeforeValidator(shown_share)]
"""A share of a picture's area, 0 to 1, with four decimals."""
Corners = Annotated[Outline | None, BeforeValidator(shown_outline), _CORNERS]
"""The corners of an area, with four decimals."""


def share_field(picture: str) -> Any:  # noqa: ANN401 - pydantic's Field returns Any
    """Build the pydantic field of a share of a picture's area."""
    return Field(description=f"Share, 0 to 1, of {picture} that both pictures show.")


def corners_field(picture: str) -> Any:  # noqa: ANN401 - pydantic's Field returns Any
    """Build the pydantic field of an outline, which answers of older services lack."""
    return Field(
        default=None,
        description=f"Corners [x, y], in order, of the area in {picture} that both pictures show: "
        "fractions, 0 to 1, of the upright picture from its left and top edge. Corners at the same "
        "position of both lists show the same point.",
    )


class PictureEvidence(BaseModel):
    """Why a verdict is what it is. What is not known is null."""

    sides: ClassVar[tuple[str, str]]
    """Names of the query and of the catalogue picture in descriptions of fields."""

    phash_distance: int = Field(
        ge=0,
        le=64,
        description="Differing bits of the pHashes, for the most similar flip and quarter turn.",
    )
    deep_distance: int = Field(
        ge=0, le=512, description="Differing bits of the deep hashes, for the most similar view."
    )
    flipped: bool | None = Field(
        description="Whether the query (in a comparison, a) shows the other picture mirrored."
    )
    rotation: Annotated[int, Field(ge=0, le=359)] | None = Field(
        description="Degrees clockwise by which the query (in a comparison, a) shows the other "
        "picture turned, after it is mirrored."
    )

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """The evidence as it is shown."""
        own = {name: getattr(evidence, name) for name in PictureEvidence.model_fields}
        for side, shown_side in zip(("query", "match"), cls.sides, strict=True):
            for what in ("area", "outline"):
                own[f"{what}_of_{shown_side}"] = getattr(evidence, f"{what}_of_{side}")
        return cls.model_validate(own)
