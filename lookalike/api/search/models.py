"""The answer of a search by looks, as the contract shows it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from lookalike.catalogue.product_limits import MAX_ATTRIBUTE_NAME_LENGTH
from lookalike.mistakes import Form
from lookalike.search.options import ATTRIBUTE, MAX_TOP
from lookalike.search.result import SearchResult, SimilarProduct

_COSINE_DECIMALS = 4

SearchTop = Annotated[int, Field(ge=1, le=MAX_TOP)]
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Diversify = Annotated[
    str,
    StringConstraints(max_length=len(ATTRIBUTE) + MAX_ATTRIBUTE_NAME_LENGTH),
    Form(
        f"^(picture|sku|style|{ATTRIBUTE}.+)$",
        f"must be picture, sku, style or {ATTRIBUTE}NAME, such as {ATTRIBUTE}category",
    ),
]


class SimilarProductAnswer(BaseModel):
    """A product that looks like the query."""

    entity_id: str
    sku: str
    image_url: str | None = Field(
        description="Where the picture that looks most alike came from; null if it came in a "
        "request."
    )
    image_index: int = Field(
        ge=0, description="Which of the product's `images` that is; 0 is the main one."
    )
    fingerprint_id: str = Field(
        default="",  # that of services which do not say it
        description="Names the picture that looks most alike, such as for GET /thumbnails.",
    )
    attributes: dict[str, str]
    cosine: float = Field(ge=-1, le=1, description="Of the embeddings; 1 is the same picture.")
    likeness_percentage: float | None = Field(
        ge=0,
        le=100,
        description="100 x the probability that a product shown with this cosine is of the "
        "query's category and colour; null for models for which nothing was fitted.",
    )
    others: int = Field(
        ge=0,
        description="How many further products that were looked at it stands for (`diversify`).",
    )

    @classmethod
    def of(cls, found: SimilarProduct) -> SimilarProductAnswer:
        """The product as it is shown."""
        return cls(
            entity_id=found.product.entity_id,
            sku=found.product.sku,
            image_url=found.image_url,
            image_index=found.image_index,
            fingerprint_id=found.fingerprint_id,
            attributes=dict(found.product.attributes),
            cosine=max(-1.0, min(1.0, round(found.cosine, _COSINE_DECIMALS))),
            likeness_percentage=found.percentage,
            others=found.others,
        )


class FacetAnswer(BaseModel):
    """A value of an attribute among the nearest products."""

    value: str
    count: int = Field(ge=1, description="How many of the nearest products have it.")


class SearchModelAnswer(BaseModel):
    """The model that compared the pictures."""

    name: str
    version: str = Field(description="Cosines of different versions cannot be compared.")


class SearchAnswer(BaseModel):
    """The products that look like a picture or a product."""

    products: list[SimilarProductAnswer] = Field(description="Ordered by cosine, highest first.")
    facets: dict[str, list[FacetAnswer]] = Field(
        description="By attribute, its values among the nearest products, most frequent first."
    )
    model: SearchModelAnswer
    is_cut: bool = Field(
        default=False,  # that of services which do not say it
        description="Whether there are fewer than `top` products because only the nearest 2,000 "
        "were looked at: `diversify` found few values among them, or most were excluded.",
    )
    query_image_index: int | None = Field(
        default=None,
        ge=0,
        description="Which picture of the product `entity_id` was searched with: the first that "
        "shows enough and is embedded; 0 is the main one. Null for other queries.",
    )

    @classmethod
    def of(cls, result: SearchResult) -> SearchAnswer:
        """The result as it is shown."""
        facets = {
            name: [FacetAnswer(value=each.value, count=each.count) for each in values]
            for name, values in result.facets.items()
        }
        return cls(
            products=[SimilarProductAnswer.of(found) for found in result.products],
            facets=facets,
            model=SearchModelAnswer(name=result.model, version=result.version),
            is_cut=result.is_cut,
            query_image_index=result.query_image_index,
        )
