"""The pictures of products in requests and answers, as the contract shows them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lookalike.api.products.fields import FingerprintJson, StoredUrl
from lookalike.api.products.listing import ListedProducts
from lookalike.api.products.service import ImageDescription
from lookalike.catalogue.product_limits import MAX_IMAGES
from lookalike.fingerprint.fingerprint_json import fingerprint_from_json, fingerprint_to_json
from lookalike.http.answers import PictureAnswer
from lookalike.http.contract_schemas import EXACTLY_ONE
from lookalike.http.pictures import PictureReference
from lookalike.pictures import Fingerprint
from lookalike.products import ProductImage, ProductState

WAYS_TO_NAME = {
    "image_url": "ByUrl",
    "image_base64": "InBase64",
    "fingerprint_json": "ByFingerprint",
}
"""The fields that name one picture, and how the contract calls a request that has each."""


class ImageRequest(PictureReference):
    """A picture of a product: its address, the image file, or its fingerprint."""

    model_config = ConfigDict(json_schema_extra={EXACTLY_ONE: {**WAYS_TO_NAME}})

    stored_image_url: StoredUrl | None = Field(
        default=None,
        description="The `image_url` to store, where it is not the address that the picture is "
        "read from: such as a path in the catalogue, for a picture that is sent along or uploaded. "
        "Beside `images`, it is that of the first.",
    )
    fingerprint_json: FingerprintJson | None = Field(
        default=None,
        description="What `GET /products?fingerprints=true` or an export has of the picture, which "
        "then is not read. Refused (422) if it is of another algorithm version.",
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> ImageRequest:
        given = (self.image_url, self.image_base64, self.fingerprint_json)
        if sum(each is not None for each in given) != 1:
            raise ValueError("give exactly one of image_url, image_base64 and fingerprint_json")
        return self

    def image(self) -> ImageDescription:
        """The picture as the service takes it.

        Raises:
            BadParameterError: ``image_base64`` is not base64, or ``fingerprint_json`` is damaged.
        """
        if self.fingerprint_json is not None:
            fingerprint = fingerprint_from_json(self.fingerprint_json)
            return ImageDescription(fingerprint, self.stored_image_url)
        return ImageDescription(self.source(), self.stored_image_url)


ImageRequests = Annotated[list[ImageRequest], Field(min_length=1, max_length=MAX_IMAGES)]


class FingerprintAnswer(PictureAnswer):
    """The stored fingerprint of a product's picture."""

    id: str = Field(description="Identifies the picture by its content.")
    version: str = Field(description="The version of the algorithm that computed it.")

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> FingerprintAnswer:
        """The stored fingerprint as it is shown."""
        shown = PictureAnswer.of(fingerprint)
        return cls(id=fingerprint.fingerprint_id, version=fingerprint.version, **shown.model_dump())


StoredFrom = Annotated[
    str | None,
    Field(description="Where the picture came from; null if it came in a request."),
]
StoredFingerprint = Annotated[
    FingerprintAnswer | None,
    Field(
        description="The fingerprint of the picture; null only if the store has lost the picture."
    ),
]
FingerprintId = Annotated[str, Field(description="Identifies the picture by its content.")]
ListedFingerprint = Annotated[
    str | None,
    Field(
        description="With `fingerprints=true`: all that is stored of the picture, as JSON within "
        "a text, to register the product elsewhere without its picture. Null if the store has lost "
        "the picture; and within `images` for the main one, whose is beside them.",
    ),
]
ListedRevision = Annotated[
    str,
    Field(description="With `fingerprints=true`: tells an import whether the picture has changed."),
]


class ImageAnswer(BaseModel):
    """A picture of a stored product."""

    image_url: StoredFrom
    state: ProductState
    fingerprint: StoredFingerprint

    @classmethod
    def of(cls, image: ProductImage, fingerprint: Fingerprint | None) -> ImageAnswer:
        """The picture as it is shown."""
        return cls(
            image_url=image.image_url,
            state=image.state,
            fingerprint=FingerprintAnswer.of(fingerprint) if fingerprint else None,
        )


class RefusedImageAnswer(BaseModel):
    """A picture that a product was stored without."""

    image_index: int = Field(ge=0, description="Which of the `images` in the request it is.")
    code: str = Field(description="The `code` of the problem, for programs.")
    detail: str = Field(description="The problem as a sentence, for people.")


class ListedImage(BaseModel):
    """A picture of a product in a list."""

    image_url: StoredFrom
    state: ProductState
    fingerprint_id: FingerprintId
    fingerprint_json: ListedFingerprint = None
    source_revision: ListedRevision = ""

    @classmethod
    def of(cls, image: ProductImage, page: ListedProducts) -> ListedImage:
        """The picture as a list shows it."""
        fingerprint = page.fingerprints.get(image.fingerprint_id)
        return cls(
            image_url=image.image_url,
            state=image.state,
            fingerprint_id=image.fingerprint_id,
            fingerprint_json=fingerprint_to_json(fingerprint) if fingerprint else None,
            source_revision=image.source_revision if fingerprint else "",
        )
