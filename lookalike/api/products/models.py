"""The requests and answers about products, as the contract shows them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from lookalike.api.products.listing import ListedProducts
from lookalike.catalogue import product_limits as limits
from lookalike.catalogue.product_limits import entity_id_flaw, is_storable
from lookalike.fingerprint.fingerprint_json import fingerprint_from_json, fingerprint_to_json
from lookalike.http.answers import PictureAnswer
from lookalike.http.contract_schemas import EXACTLY_ONE
from lookalike.http.cursors import cursor_of
from lookalike.http.pictures import PictureReference, PictureSource
from lookalike.pictures import Fingerprint
from lookalike.products import Product, ProductState


def _decoded(segment: object) -> object:
    """A path segment without its percent-encoding, which API Gateway and our server keep."""
    try:
        return unquote(segment, errors="strict") if isinstance(segment, str) else segment
    except UnicodeDecodeError as error:
        raise ValueError("must be percent-encoded UTF-8") from error


def _fit_for_an_id(text: str) -> str:
    if flaw := entity_id_flaw(text):
        raise ValueError(flaw)
    return text


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("must not have the character NUL")
    return text


_CONTROL = r"\x00-\x1f\x7f"
_ENTITY_ID = rf"^([^.{_CONTROL}][^{_CONTROL}]*|\.[^.{_CONTROL}][^{_CONTROL}]*|\.\.[^{_CONTROL}]+)$"
"""``entity_id_flaw`` as a pattern: no control characters, and neither . nor .. alone."""
_WITHOUT_NUL: dict[str, Any] = {"pattern": r"^[^\x00]*$"}
_STORABLE = Field(json_schema_extra=_WITHOUT_NUL)


def _show_storable_names(schema: dict[str, Any]) -> None:
    schema["propertyNames"] |= _WITHOUT_NUL


EntityId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=limits.MAX_ENTITY_ID_LENGTH),
    BeforeValidator(_decoded),
    AfterValidator(_fit_for_an_id),
    Field(json_schema_extra={"pattern": _ENTITY_ID}),
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
    _STORABLE,
]
Sku = Annotated[
    str,
    StringConstraints(max_length=limits.MAX_SKU_LENGTH),
    AfterValidator(_storable),
    _STORABLE,
]
FingerprintJson = Annotated[str, StringConstraints(min_length=1, max_length=32_768)]
"""Twice what the longest signature takes in Base64."""
StoredUrl = Annotated[
    str,
    StringConstraints(min_length=1, max_length=limits.MAX_URL_LENGTH),
    AfterValidator(_storable),
    _STORABLE,
]


class ProductRequest(PictureReference):
    """A product to store, with its picture: its address, the image file, or its fingerprint."""

    model_config = ConfigDict(
        json_schema_extra={
            EXACTLY_ONE: {
                "image_url": "ByUrl",
                "image_base64": "InBase64",
                "fingerprint_json": "ByFingerprint",
            }
        }
    )

    sku: Sku = Field(default="", description="The stock keeping unit; products may share one.")
    attributes: dict[AttributeName, AttributeValue] = Field(
        default_factory=dict,
        max_length=limits.MAX_ATTRIBUTES,
        description="Any properties of the product, such as its category or seller.",
        json_schema_extra=_show_storable_names,
    )
    stored_image_url: StoredUrl | None = Field(
        default=None,
        description="The `image_url` to store, where it is not the address that the picture is "
        "read from: such as a path in the catalogue, for a picture that is sent along or uploaded.",
    )
    fingerprint_json: FingerprintJson | None = Field(
        default=None,
        description="What `GET /products?fingerprints=true` or an export has of the picture, which "
        "then is not read. Refused (422) if it is of another algorithm version.",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> ProductRequest:
        given = (self.image_url, self.image_base64, self.fingerprint_json)
        if sum(each is not None for each in given) != 1:
            raise ValueError("give exactly one of image_url, image_base64 and fingerprint_json")
        return self

    def picture(self) -> PictureSource | Fingerprint:
        """The address of the picture, the bytes of the image file, or its fingerprint.

        Raises:
            BadParameterError: ``image_base64`` is not base64, or ``fingerprint_json`` is damaged.
        """
        if self.fingerprint_json is not None:
            return fingerprint_from_json(self.fingerprint_json)
        return self.source()


class FingerprintAnswer(PictureAnswer):
    """The stored fingerprint of a product's picture."""

    id: str = Field(description="Identifies the picture by its content.")
    version: str = Field(description="The version of the algorithm that computed it.")

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> FingerprintAnswer:
        """The stored fingerprint as it is shown."""
        shown = PictureAnswer.of(fingerprint)
        return cls(id=fingerprint.fingerprint_id, version=fingerprint.version, **shown.model_dump())


class ProductAnswer(BaseModel):
    """A stored product."""

    entity_id: str
    sku: str
    image_url: str | None = Field(
        description="Where the picture came from; null if it came in a request."
    )
    attributes: dict[str, str]
    state: ProductState
    fingerprint: FingerprintAnswer | None = Field(
        description="The fingerprint of the picture; null only if the store has lost the picture."
    )

    @classmethod
    def of(cls, product: Product, fingerprint: Fingerprint | None) -> ProductAnswer:
        """The stored product as it is shown."""
        return cls(
            entity_id=product.entity_id,
            sku=product.sku,
            image_url=product.image_url,
            attributes=dict(product.attributes),
            state=product.state,
            fingerprint=FingerprintAnswer.of(fingerprint) if fingerprint else None,
        )


class ListedProduct(BaseModel):
    """A product in a list."""

    entity_id: str
    sku: str
    image_url: str | None = Field(
        description="Where the picture came from; null if it came in a request."
    )
    attributes: dict[str, str]
    state: ProductState
    fingerprint_id: str = Field(description="Identifies the picture by its content.")
    fingerprint_json: str | None = Field(
        default=None,
        description="With `fingerprints=true`: all that is stored of the picture, as JSON within "
        "a text, to register the product elsewhere without its picture. Null if the store has lost "
        "the picture.",
    )
    source_revision: str = Field(
        default="",
        description="With `fingerprints=true`: tells an import whether the picture has changed.",
    )

    @classmethod
    def of(cls, product: Product, page: ListedProducts) -> ListedProduct:
        """The product as a list shows it."""
        fingerprint = page.fingerprints.get(product.fingerprint_id)
        return cls(
            entity_id=product.entity_id,
            sku=product.sku,
            image_url=product.image_url,
            attributes=dict(product.attributes),
            state=product.state,
            fingerprint_id=product.fingerprint_id,
            fingerprint_json=fingerprint_to_json(fingerprint) if fingerprint else None,
            source_revision=product.source_revision if fingerprint else "",
        )


class ProductsAnswer(BaseModel):
    """A page of products."""

    products: list[ListedProduct] = Field(
        description="There may be fewer than `limit`, or none, although further pages follow."
    )
    next_cursor: str | None = Field(
        description="The `cursor` of the next page; null on the last page."
    )

    @classmethod
    def of(cls, page: ListedProducts) -> ProductsAnswer:
        """The page as it is shown."""
        return cls(
            products=[ListedProduct.of(product, page) for product in page.products],
            next_cursor=None if page.after is None else cursor_of(page.after),
        )
