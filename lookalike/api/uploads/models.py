"""What the upload route takes and answers, as the contract shows it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from lookalike.http.validation import StrictModel
from lookalike.images.fetching import MAX_BYTES


class UploadRequest(StrictModel):
    """A picture that is going to be uploaded."""

    bytes: int = Field(ge=1, le=MAX_BYTES, description="Exact size of the file.")


class UploadAnswer(BaseModel):
    """Where to put the picture, and how to name it afterwards."""

    upload_url: str = Field(
        description="PUT the file here, with no key: the address is its own permission."
    )
    expires_in: int = Field(description="Seconds until `upload_url` is no longer good.")
    image_url: str = Field(
        description="What to give as `image_url` in other requests; good for a day."
    )
