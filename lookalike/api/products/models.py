"""What the product routes take and answer, as the contract shows it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from lookalike.catalogue import registration as limits
from lookalike.catalogue.registration import entity_id_flaw, is_storable
from lookalike.http.answers import PictureAnswer
from lookalike.http.pictures import PictureReference
from lookalike.pictures import Fingerprint
from lookalike.products import Product, ProductState


def _decoded(segment: object) -> object:
    """A path segment without its percent-encoding (API Gateway and we hand it on encoded)."""
    try:
        return unquote(segment, errors="strict") if isinstance(segment, str) else segment
    except UnicodeDecodeError as error:
        raise ValueError("is not percent-encoded UTF-8") from error


def _fit_for_an_id(text: str) -> str:
    if flaw := entity_id_flaw(text):
        raise ValueError(flaw)
    return text


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("must not have the character NUL")
    return text


EntityId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=limits.MAX_ENTITY_ID_LENGTH),
    BeforeValidator(_decoded),
    AfterValidator(_fit_for_an_id),
]
AttributeName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=limits.MAX_ATTRIBUTE_NAME_LENGTH),
    AfterValidator(_storable),
]
AttributeValue = Annotated[
    str,
    StringConstraints(max_length=limits.MAX_ATTRIBUTE_VALUE_LENGTH),
    AfterValidator(_storable),
]
Sku = Annotated[str, StringConstraints(max_length=limits.MAX_SKU_LENGTH), AfterValidator(_storable)]


class ProductRequest(PictureReference):
    """A product as its owner describes it."""

    sku: Sku = ""
    attributes: dict[AttributeName, AttributeValue] = Field(
        default_factory=dict, max_length=limits.MAX_ATTRIBUTES
    )


class FingerprintAnswer(PictureAnswer):
    """What is stored of a product's picture."""

    id: str = Field(description="Names the picture by its content.")
    version: str = Field(description="Version of the algorithm.")

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> FingerprintAnswer:
        """What is shown of a stored fingerprint."""
        shown = PictureAnswer.of(fingerprint)
        return cls(id=fingerprint.fingerprint_id, version=fingerprint.version, **shown.model_dump())


class ProductAnswer(BaseModel):
    """A catalogue entry as it is stored."""

    entity_id: str
    sku: str
    image_url: str | None
    attributes: dict[str, str]
    state: ProductState
    fingerprint: FingerprintAnswer | None = Field(
        description="Null only where its picture has been lost from the store."
    )

    @classmethod
    def of(cls, product: Product, fingerprint: Fingerprint | None) -> ProductAnswer:
        """What is shown of a stored product."""
        return cls(
            entity_id=product.entity_id,
            sku=product.sku,
            image_url=product.image_url,
            attributes=dict(product.attributes),
            state=product.state,
            fingerprint=FingerprintAnswer.of(fingerprint) if fingerprint else None,
        )
