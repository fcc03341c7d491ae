"""How a request names a picture, and how it becomes one that can be fingerprinted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from pydantic import Field, StringConstraints, model_validator

from lookalike.errors import BadParameterError
from lookalike.http import bodies
from lookalike.http.problems import UnsupportedMediaTypeError
from lookalike.http.validation import StrictModel, checked
from lookalike.images.fetching import ImageFetcher
from lookalike.images.preparation import PreparedPicture
from lookalike.images.web_address import MAX_ADDRESS_LENGTH

ImageUrl = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ADDRESS_LENGTH)]

PictureSource = str | bytes
"""An address, or the bytes of an image file."""


class PictureReference(StrictModel):
    """A picture: exactly one of its address and its bytes."""

    image_url: ImageUrl | None = Field(default=None, description="An http or https address.")
    image_base64: str | None = Field(
        default=None, description="The image file in base64, or as a data: URI."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> PictureReference:
        if (self.image_url is None) == (self.image_base64 is None):
            raise ValueError("give exactly one of image_url and image_base64")
        return self

    def source(self) -> PictureSource:
        """Where the picture comes from.

        Raises:
            BadParameterError: ``image_base64`` is not base64.
        """
        if self.image_url is not None:
            return self.image_url
        return decoded_base64(self.image_base64 or "")


def decoded_base64(text: str) -> bytes:
    """The bytes in a base64 text: plain, URL-safe or a data: URI, padded or not.

    Raises:
        BadParameterError: it is none of these, or empty.
    """
    plain = "".join(_after_data_prefix(text).split()).rstrip("=")
    padded = plain.translate(str.maketrans("-_", "+/")) + "=" * (-len(plain) % 4)
    try:
        data = base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadParameterError("image_base64 is not base64.") from error
    if not data:
        raise BadParameterError("image_base64 is empty.")
    return data


def _after_data_prefix(text: str) -> str:
    if text[:5].lower() != "data:":
        return text
    head, _, payload = text.partition(",")
    if not head.lower().endswith(";base64"):
        raise BadParameterError("image_base64 is a data: URI without ;base64.")
    return payload


def picture_in_body(event: BaseProxyEvent) -> PictureSource:
    """The picture that a body carries or names: a raw image, a form, or JSON.

    Raises:
        UnsupportedMediaTypeError: the body is called something else.
        BadParameterError: there is no picture in it.
    """
    kind = bodies.media_type(event)
    if kind == bodies.JSON:
        return checked(PictureReference, bodies.json_object(event)).source()
    if kind == bodies.FORM:
        return _not_empty(bodies.form_file(event, "image")[0])
    if kind.startswith("image/") or kind in ("", "application/octet-stream"):
        return _not_empty(bodies.raw_body(event))
    raise UnsupportedMediaTypeError(
        "Send the image itself with a Content-Type such as image/jpeg, a multipart/form-data"
        " form with the field 'image', or JSON with image_url or image_base64."
    )


def _not_empty(data: bytes) -> bytes:
    if not data:
        raise BadParameterError("The image is empty.")
    return data


class PictureReader:
    """Gets and prepares pictures. Safe to call from several threads if its parts are.

    Args:
        fetcher: gets what is named; as many at once as there are threads that ask.
        prepare: decodes.
        at_once: how many pictures are decoded at once; the others wait. Each takes up to 265 MB,
            most of which the allocator keeps for the same thread: so decoding has threads of its
            own, and is no turn of those that ask.
    """

    def __init__(
        self,
        fetcher: ImageFetcher,
        prepare: Callable[[bytes], PreparedPicture],
        *,
        at_once: int,
    ) -> None:
        self._fetcher = fetcher
        self._prepare = prepare
        self._decoding = ThreadPoolExecutor(at_once, "decoding")

    def read(self, source: PictureSource) -> PreparedPicture:
        """The picture behind an address or in the bytes of an image file.

        Raises:
            ImageError: the address or the picture is refused (each reason is a subclass).
            ImageUnreachableError: it may work later.
        """
        data = self._fetcher.fetch(source) if isinstance(source, str) else source
        return self._decoding.submit(self._prepare, data).result()
