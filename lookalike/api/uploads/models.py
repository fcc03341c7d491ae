"""The request and the answer of an upload, as the contract shows them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from lookalike.http.validation import StrictModel
from lookalike.images.limits import MAX_BYTES


class UploadRequest(StrictModel):
    """A picture that is going to be uploaded."""

    bytes: int = Field(ge=1, le=MAX_BYTES, description="The exact size of the file in bytes.")


class UploadAnswer(BaseModel):
    """Where to upload the picture, and its address in later requests."""

    upload_url: str = Field(
        description="PUT the file to this address, without an API key: the address contains the "
        "permission."
    )
    expires_in: int = Field(description="Seconds until `upload_url` expires.")
    image_url: str = Field(
        description="The `image_url` of the picture in other requests; it expires after a day."
    )
