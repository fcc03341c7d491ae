"""The answer with small pictures, as the contract shows it."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ThumbnailAnswer(BaseModel):
    """A stored picture, small."""

    fingerprint_id: str
    data_uri: str = Field(
        description="WebP as a `data:` URI, which a page can show and requests take as "
        "`image_base64`. Its long side has 256 pixels; a border of the picture is transparent."
    )


class ThumbnailsAnswer(BaseModel):
    """The pictures that are stored, of those that were asked for, in that order."""

    thumbnails: list[ThumbnailAnswer]
