"""The request and the answer of an upload, as the contract shows them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from lookalike.http.validation import StrictModel
from lookalike.images.limits import MAX_BYTES

MAX_CATALOGUE_BYTES = 5 * 2**30
"""What S3 takes in one request."""


class UploadRequest(StrictModel):
    """A picture or a catalogue that is going to be uploaded."""

    bytes: int = Field(
        ge=1,
        le=MAX_CATALOGUE_BYTES,
        description="The exact size of the file in bytes: up to 20 MiB of a picture, 5 GiB of a "
        "catalogue.",
    )
    kind: Literal["picture", "catalogue"] = Field(
        default="picture", description="What the file is."
    )

    @model_validator(mode="after")
    def _picture_is_small(self) -> Self:
        if self.kind == "picture" and self.bytes > MAX_BYTES:
            raise ValueError(f"a picture may have {MAX_BYTES} bytes")
        return self


class UploadAnswer(BaseModel):
    """Where to upload the file, and its address in later requests."""

    upload_url: str = Field(
        description="PUT the file to this address, without an API key: the address contains the "
        "permission."
    )
    expires_in: int = Field(description="Seconds until `upload_url` expires.")
    image_url: str = Field(
        description="The `image_url` of the picture in other requests, or the `source` of a "
        "catalogue in POST /imports; it expires after a day."
    )
