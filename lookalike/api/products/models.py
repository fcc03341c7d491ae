"""The requests and answers about products, as the contract shows them."""

from __future__ import annotations

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lookalike.api.products.arrival_models import FlagAnswer
from lookalike.api.products.fields import AttributeName, AttributeValue, Sku, show_storable_names
from lookalike.api.products.image_models import (
    WAYS_TO_NAME,
    FingerprintId,
    ImageAnswer,
    ImageRequest,
    ImageRequests,
    ListedFingerprint,
    ListedImage,
    ListedRevision,
    RefusedImageAnswer,
    StoredFingerprint,
    StoredFrom,
)
from lookalike.api.products.listing import ListedProducts
from lookalike.api.products.service import ImageDescription, StoredProduct
from lookalike.catalogue.product_limits import MAX_ATTRIBUTES
from lookalike.errors import prefix_errors
from lookalike.http.contract_schemas import EXACTLY_ONE
from lookalike.http.cursors import cursor_of
from lookalike.products import Product, ProductState


class ProductRequest(ImageRequest):
    """A product to store, with its picture or with several."""

    model_config = ConfigDict(
        json_schema_extra={EXACTLY_ONE: {**WAYS_TO_NAME, "images": "ByImages"}}
    )

    sku: Sku = Field(default="", description="The stock keeping unit; products may share one.")
    attributes: dict[AttributeName, AttributeValue] = Field(
        default_factory=dict,
        max_length=MAX_ATTRIBUTES,
        description="Any properties of the product, such as its category or seller.",
        json_schema_extra=show_storable_names,
    )
    images: ImageRequests | None = Field(
        default=None,
        description="All pictures of the product, the main one first.",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> ProductRequest:
        given = (self.image_url, self.image_base64, self.fingerprint_json, self.images)
        if sum(each is not None for each in given) != 1:
            raise ValueError(
                "give exactly one of image_url, image_base64, fingerprint_json and images"
            )
        return self

    def described(self) -> list[ImageDescription]:
        """All pictures, the main one first.

        Raises:
            BadParameterError: an ``image_base64`` is not base64, or a ``fingerprint_json`` is
                damaged.
        """
        if self.images is None:
            return [self.image()]
        described = []
        for number, image in enumerate(self.images):
            with prefix_errors(f"images[{number}]"):
                described.append(image.image())
        if self.stored_image_url is not None:
            described[0] = replace(described[0], stored_image_url=self.stored_image_url)
        return described


class ProductAnswer(BaseModel):
    """A stored product; what is said of one picture is about the main one."""

    entity_id: str
    sku: str
    image_url: StoredFrom
    attributes: dict[str, str]
    state: ProductState
    fingerprint: StoredFingerprint
    images: list[ImageAnswer] = Field(
        default=[],  # of services which do not say it
        description="All pictures, the main one first.",
    )
    flag: FlagAnswer | None = Field(
        default=None,
        description="The product that shows the same photograph, if this one was flagged for it "
        "when it arrived (`on_duplicate=flag`); else null.",
    )
    refused_images: list[RefusedImageAnswer] = Field(
        default=[],  # of services which do not say it
        description="Pictures of the request that were left out, as it asks for with "
        "`on_refused_image=leave_out`; empty in every other answer.",
    )

    @classmethod
    def of(cls, stored: StoredProduct) -> ProductAnswer:
        """The stored product as it is shown."""
        product = stored.product
        images = [
            ImageAnswer.of(image, stored.fingerprints.get(image.fingerprint_id))
            for image in product.images
        ]
        return cls(
            entity_id=product.entity_id,
            sku=product.sku,
            image_url=product.image_url,
            attributes=dict(product.attributes),
            state=product.state,
            fingerprint=images[0].fingerprint,
            images=images,
            flag=FlagAnswer.of(stored.flag) if stored.flag else None,
            refused_images=[
                RefusedImageAnswer(image_index=number, code=error.code, detail=error.detail)
                for number, error in stored.refused.items()
            ],
        )


class ListedProduct(BaseModel):
    """A product in a list; what is said of one picture is about the main one."""

    entity_id: str
    sku: str
    image_url: StoredFrom
    attributes: dict[str, str]
    state: ProductState
    fingerprint_id: FingerprintId
    fingerprint_json: ListedFingerprint = None
    source_revision: ListedRevision = ""
    images: list[ListedImage] = Field(
        default=[],  # of services which do not say it
        description="All pictures, the main one first.",
    )
    flag: FlagAnswer | None = Field(
        default=None, description="As `GET /products/{entity_id}` has it."
    )

    @classmethod
    def of(cls, product: Product, page: ListedProducts) -> ListedProduct:
        """The product as a list shows it."""
        flag = page.flags.get(product.entity_id)
        main, *further = (ListedImage.of(image, page) for image in product.images)
        return cls(
            entity_id=product.entity_id,
            sku=product.sku,
            attributes=dict(product.attributes),
            images=[main.model_copy(update={"fingerprint_json": None}), *further],
            flag=FlagAnswer.of(flag) if flag else None,
            **main.model_dump(),
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
