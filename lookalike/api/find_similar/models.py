"""The requests and answers of checks, as the contract shows them."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from lookalike.api.attribute_filter import MAX_CONDITIONS, AttributeFilter, attribute_pairs
from lookalike.api.effort import RequestedEffort
from lookalike.api.evidence import Corners, PictureEvidence, Share, corners_field, share_field
from lookalike.api.search.models import SimilarProductAnswer
from lookalike.catalogue.product_limits import (
    MAX_ENTITY_ID_LENGTH,
    MAX_SKU_LENGTH,
)
from lookalike.decisions import DecisionKind
from lookalike.http.answers import MatchPercentage, PictureAnswer
from lookalike.http.contract_schemas import EXACTLY_ONE
from lookalike.http.pictures import PictureReference, PictureSource
from lookalike.http.problems import Problem
from lookalike.http.validation import StrictModel, checked
from lookalike.matching.check import CheckOptions, CheckResult, Match
from lookalike.matching.check_limits import MAX_PERCENTAGE, MAX_TOP, MIN_TOP
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Verdict
from lookalike.search.result import SearchResult

MAX_QUERIES = 16


class Include(StrEnum):
    """What an answer has beside the products that show the picture."""

    SIMILAR = "similar"
    """Further products that look like it."""


Top = Annotated[int, Field(ge=MIN_TOP, le=MAX_TOP)]
MinMatch = Annotated[float, Field(ge=0, le=MAX_PERCENTAGE, allow_inf_nan=False)]
Excluded = Annotated[str, StringConstraints(max_length=max(MAX_ENTITY_ID_LENGTH, MAX_SKU_LENGTH))]


def build_options(  # noqa: PLR0913 - one argument per parameter
    *,
    top: int,
    min_match: float,
    exclude_entity_id: list[str],
    exclude_sku: list[str],
    attribute_filters: list[str],
    effort: Effort,
    is_effort_chosen: bool,
) -> CheckOptions:
    """The options of a check from its parameters."""
    return CheckOptions(
        top=top,
        min_match=min_match,
        exclude_entity_ids=frozenset(exclude_entity_id),
        exclude_skus=frozenset(exclude_sku),
        attributes=attribute_pairs(attribute_filters),
        effort=effort,
        is_effort_chosen=is_effort_chosen,
    )


class EvidenceAnswer(PictureEvidence):
    """Why a product matches. What is not known is null."""

    sides = ("query", "match")
    area_of_query: Share = share_field("the query")
    area_of_match: Share = share_field("the catalogue picture")
    outline_of_query: Corners = corners_field("the query")
    outline_of_match: Corners = corners_field("the catalogue picture")


class MatchAnswer(BaseModel):
    """A product that shows the picture. It comes once, with its best picture."""

    entity_id: str
    sku: str
    image_url: str | None = Field(
        description="Where the matched picture of the product came from; null if it came in a "
        "request."
    )
    image_index: int = Field(
        default=0,  # that of services which do not say it
        ge=0,
        description="Which of the product's `images` is the matched picture; 0 is the main one.",
    )
    fingerprint_id: str = Field(
        default="",  # that of services which do not say it
        description="Names the matched picture, such as for GET /thumbnails.",
    )
    attributes: dict[str, str]
    match_percentage: MatchPercentage
    verdict: Verdict
    evidence: EvidenceAnswer
    decision: DecisionKind | None = Field(
        default=None,  # that of services which do not say it
        description="What was decided about this product and one that the check is made for: "
        "`duplicate` (then at 100 %) or `variant`; null where nothing was.",
    )

    @classmethod
    def of(cls, match: Match) -> MatchAnswer:
        """The match as it is shown."""
        return cls(
            entity_id=match.product.entity_id,
            sku=match.product.sku,
            image_url=match.image_url,
            image_index=match.image_index,
            fingerprint_id=match.fingerprint_id,
            attributes=dict(match.product.attributes),
            match_percentage=match.match_percentage,
            verdict=match.verdict,
            evidence=EvidenceAnswer.of(match.evidence),
            decision=match.decision,
        )


class CheckAnswer(BaseModel):
    """The products that show a picture."""

    is_duplicate: bool = Field(
        description="Whether the first match is a duplicate or an edited copy at 50 % or more."
    )
    matches: list[MatchAnswer] = Field(description="The highest match percentage comes first.")
    query: PictureAnswer
    effort: Effort = Field(
        default=Effort.NORMAL,  # that of services which do not say it
        description="How much was tried: the effort that was asked for. Where none was, a service "
        "that is asked for too much may answer with `fast` if it is set to do so.",
    )
    similar: list[SimilarProductAnswer] | None = Field(
        default=None,
        description="Where `include=similar` asks for it: up to `top` further products that look "
        "like the picture, ordered by cosine; else null.",
    )
    similar_problem: Problem | None = Field(
        default=None, description="Why there is no `similar` where it was asked for; else null."
    )

    @classmethod
    def of(cls, result: CheckResult, looks: SearchResult | Problem | None = None) -> CheckAnswer:
        """The result of a check as it is shown, and what looks alike, or why that is not known."""
        found = looks.products if isinstance(looks, SearchResult) else []
        similar = [SimilarProductAnswer.of(each) for each in found]
        return cls(
            similar=similar if isinstance(looks, SearchResult) else None,
            similar_problem=looks if isinstance(looks, Problem) else None,
            is_duplicate=result.is_duplicate,
            matches=[MatchAnswer.of(match) for match in result.matches],
            query=PictureAnswer.of(result.query.fingerprint),
            effort=result.effort,
        )


def _show_picture(schema: dict[str, Any]) -> None:
    picture = PictureReference.model_json_schema()
    schema["properties"] |= picture["properties"]
    schema[EXACTLY_ONE] = picture[EXACTLY_ONE]
    schema["additionalProperties"] = False


class BatchQuery(BaseModel):
    """One picture of a batch: either its address or the image file itself."""

    # The request is refused only for the id. The picture (a PictureReference) is validated when its
    # check begins, so that a mistake in one query becomes the problem of that query alone.
    model_config = ConfigDict(extra="allow", strict=True, json_schema_extra=_show_picture)

    id: str = Field(
        min_length=1,
        max_length=256,
        description="Identifies the query in the answer. It is unique within the batch.",
    )

    def source(self) -> PictureSource:
        """The address of the picture, or the bytes of the image file.

        Raises:
            BadParameterError: the query does not have exactly one picture, or has further keys.
        """
        return checked(PictureReference, self.model_extra or {}).source()


def _different_ids(queries: list[BatchQuery]) -> list[BatchQuery]:
    ids = [query.id for query in queries]
    if len(set(ids)) < len(ids):
        [(repeated, _)] = Counter(ids).most_common(1)
        raise ValueError(f"the id {repeated!r} appears twice")
    return queries


class BatchRequest(StrictModel):
    """Up to 16 pictures to check, all with the same options."""

    queries: Annotated[
        list[BatchQuery],
        Field(min_length=1, max_length=MAX_QUERIES),
        AfterValidator(_different_ids),
    ]
    top: Top = Field(default=1, description="The maximum number of products in each result.")
    min_match: MinMatch = Field(
        default=50.0, description="Matches below this percentage are left out; 0 keeps all."
    )
    exclude_entity_id: list[Excluded] = Field(
        default=[],
        max_length=MAX_CONDITIONS,
        description="The caller's own products, by entity_id: they are left out, and what was "
        "decided about them is respected.",
    )
    exclude_sku: list[Excluded] = Field(
        default=[], max_length=MAX_CONDITIONS, description="Products to leave out, by sku."
    )
    filter: list[AttributeFilter] = Field(
        default=[],
        max_length=MAX_CONDITIONS,
        description="Attributes that a product must have, each as `key:value`.",
    )
    effort: RequestedEffort = Effort.NORMAL

    @property
    def options(self) -> CheckOptions:
        """The options of every check."""
        return build_options(
            top=self.top,
            min_match=self.min_match,
            exclude_entity_id=self.exclude_entity_id,
            exclude_sku=self.exclude_sku,
            attribute_filters=self.filter,
            effort=self.effort,
            is_effort_chosen="effort" in self.model_fields_set,
        )


class BatchItem(BaseModel):
    """The outcome of one query: either a result or a problem; the other is null."""

    id: str = Field(description="The id of the query.")
    result: CheckAnswer | None = None
    problem: Problem | None = None


class BatchAnswer(BaseModel):
    """The outcomes of all queries, in the order of the queries."""

    results: list[BatchItem]
