"""What a check takes and answers, as the contract shows it."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from lookalike.http.answers import (
    PictureAnswer,
    shown_outline,
    shown_percentage,
    shown_share,
)
from lookalike.http.pictures import PictureReference, PictureSource
from lookalike.http.problems import Problem
from lookalike.http.validation import StrictModel, checked
from lookalike.matching.check import CheckOptions, CheckResult, Match
from lookalike.matching.finding import Evidence, Outline, Verdict

MAX_QUERIES = 16


def _key_and_value(text: str) -> str:
    key, colon, _ = text.partition(":")
    if not key or not colon:
        raise ValueError("has to be key:value")
    return text


Top = Annotated[int, Field(ge=1, le=50)]
MinMatch = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Excluded = Annotated[str, StringConstraints(max_length=256)]
AttributeFilter = Annotated[str, StringConstraints(max_length=1101), AfterValidator(_key_and_value)]
MAX_CONDITIONS = 50


def options_of(
    top: int,
    min_match: float,
    exclude_entity_id: list[str],
    exclude_sku: list[str],
    attribute_filters: list[str],
) -> CheckOptions:
    """The options of a check from its parameters; a filter is split at its first colon."""
    pairs = (text.partition(":") for text in attribute_filters)
    return CheckOptions(
        top=top,
        min_match=min_match,
        exclude_entity_ids=frozenset(exclude_entity_id),
        exclude_skus=frozenset(exclude_sku),
        attributes=frozenset((key, value) for key, _, value in pairs),
    )


class EvidenceAnswer(BaseModel):
    """Why a match is one; what could not be established is null."""

    phash_distance: int = Field(description="Bits between the pHashes, best of flips and turns.")
    deep_distance: int = Field(description="Bits (0 to 512) between the deep hashes, best view.")
    flipped: bool | None = Field(description="Whether the query is mirrored.")
    rotation: int | None = Field(
        description="Degrees clockwise, 0 to 359, that the query is turned; mirrored first."
    )
    area_of_query: float | None = Field(description="Share of the query that is shared, 0 to 1.")
    area_of_match: float | None = Field(description="Share of the match that is shared, 0 to 1.")
    outline_of_query: Outline | None = Field(
        default=None,
        description="Corners [x, y] of the shared area in the query, in order: fractions, 0 to 1, "
        "of the whole upright picture, from its left and top edge.",
    )
    outline_of_match: Outline | None = Field(
        default=None,
        description="The same in the match; each corner shows what the one of the same index in "
        "outline_of_query shows.",
    )

    @classmethod
    def of(cls, evidence: Evidence) -> EvidenceAnswer:
        """What is shown of the evidence."""
        return cls(
            phash_distance=evidence.phash_distance,
            deep_distance=evidence.deep_distance,
            flipped=evidence.flipped,
            rotation=evidence.rotation,
            area_of_query=shown_share(evidence.area_of_query),
            area_of_match=shown_share(evidence.area_of_match),
            outline_of_query=shown_outline(evidence.outline_of_query),
            outline_of_match=shown_outline(evidence.outline_of_match),
        )


class MatchAnswer(BaseModel):
    """A catalogue entry that shows the picture."""

    entity_id: str
    sku: str
    image_url: str | None
    attributes: dict[str, str]
    match_percentage: float = Field(
        description="100 x the probability that both come from the same photograph."
    )
    verdict: Verdict
    evidence: EvidenceAnswer

    @classmethod
    def of(cls, match: Match) -> MatchAnswer:
        """What is shown of a match."""
        return cls(
            entity_id=match.product.entity_id,
            sku=match.product.sku,
            image_url=match.product.image_url,
            attributes=dict(match.product.attributes),
            match_percentage=shown_percentage(match.match_percentage),
            verdict=match.verdict,
            evidence=EvidenceAnswer.of(match.evidence),
        )


class CheckAnswer(BaseModel):
    """The answer of a check; matches by percentage, highest first."""

    is_duplicate: bool = Field(
        description="Whether the first match is a duplicate or an edited copy at 50 % or more."
    )
    matches: list[MatchAnswer]
    query: PictureAnswer

    @classmethod
    def of(cls, result: CheckResult) -> CheckAnswer:
        """What is shown of a result."""
        return cls(
            is_duplicate=result.is_duplicate,
            matches=[MatchAnswer.of(match) for match in result.matches],
            query=PictureAnswer.of(result.query.fingerprint),
        )


def _show_picture(schema: dict[str, Any]) -> None:
    schema["properties"] |= PictureReference.model_json_schema()["properties"]
    schema["additionalProperties"] = False


class BatchQuery(BaseModel):
    """One of the pictures of a batch; give exactly one of image_url and image_base64."""

    # Only the id is checked with the request. The rest, a PictureReference, is read when the
    # query's turn comes: what is wrong with it is its own problem, and the others are answered.
    model_config = ConfigDict(extra="allow", json_schema_extra=_show_picture)

    id: str = Field(min_length=1, max_length=256, description="Names the query in the answer.")

    def source(self) -> PictureSource:
        """Where the picture comes from.

        Raises:
            BadParameterError: the query does not name exactly one picture, or more than that.
        """
        return checked(PictureReference, self.model_extra or {}).source()


def _different_ids(queries: list[BatchQuery]) -> list[BatchQuery]:
    ids = [query.id for query in queries]
    if len(set(ids)) < len(ids):
        [(twice, _)] = Counter(ids).most_common(1)
        raise ValueError(f"the id {twice!r} stands twice")
    return queries


class BatchRequest(StrictModel):
    """Up to 16 checks at once, all with the same options."""

    queries: Annotated[
        list[BatchQuery],
        Field(min_length=1, max_length=MAX_QUERIES),
        AfterValidator(_different_ids),
    ]
    top: Top = 1
    min_match: MinMatch = 50.0
    exclude_entity_id: list[Excluded] = Field(default=[], max_length=MAX_CONDITIONS)
    exclude_sku: list[Excluded] = Field(default=[], max_length=MAX_CONDITIONS)
    filter: list[AttributeFilter] = Field(default=[], max_length=MAX_CONDITIONS)

    @property
    def options(self) -> CheckOptions:
        """The options of every check."""
        return options_of(
            self.top, self.min_match, self.exclude_entity_id, self.exclude_sku, self.filter
        )


class BatchItem(BaseModel):
    """What became of one query: a result or a problem; the other is null."""

    id: str
    result: CheckAnswer | None = None
    problem: Problem | None = None


class BatchAnswer(BaseModel):
    """One item per query, in their order."""

    results: list[BatchItem]
