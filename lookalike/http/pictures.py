"""Pictures in requests: by address, in base64 or as bytes, and how they are read."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, ClassVar

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from lookalike.errors import BadParameterError
from lookalike.http import bodies
from lookalike.http.contract_schemas import EXACTLY_ONE
from lookalike.http.problems import UnsupportedMediaTypeError
from lookalike.http.validation import StrictModel, checked
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.fetching.web_address import MAX_ADDRESS_LENGTH
from lookalike.images.preparation import PreparedPicture

ImageUrl = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ADDRESS_LENGTH)]
ImageBase64 = Annotated[str, StringConstraints(min_length=1)]

PictureSource = str | bytes
"""An address, or the bytes of an image file."""


class PictureReference(StrictModel):
    """A picture: either its address or the image file itself."""

    model_config = ConfigDict(
        json_schema_extra={EXACTLY_ONE: {"image_url": "ByUrl", "image_base64": "InBase64"}}
    )

    image_url: ImageUrl | None = Field(
        default=None, description="The http or https address of the picture."
    )
    image_base64: ImageBase64 | None = Field(
        default=None, description="The image file in base64, plain or as a `data:` URI."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> PictureReference:
        if (self.image_url is None) == (self.image_base64 is None):
            raise ValueError("give either image_url or image_base64, and not both")
        return self

    def source(self) -> PictureSource:
        """The address of the picture, or the bytes of the image file.

        Raises:
            BadParameterError: ``image_base64`` is not base64.
        """
        if self.image_url is not None:
            return self.image_url
        return decoded_base64(self.image_base64 or "")


class _PictureAlone(PictureReference):
    """A picture as the whole body of a request, whose options are in its query string."""

    hint: ClassVar[str] = "options such as top are query parameters"


def decoded_base64(text: str) -> bytes:
    """The bytes that a base64 text encodes: plain, URL-safe or a data: URI, padded or not.

    Raises:
        BadParameterError: the text is none of these, or it encodes nothing.
    """
    plain = "".join(_after_data_prefix(text).split()).rstrip("=")
    padded = plain.translate(str.maketrans("-_", "+/")) + "=" * (-len(plain) % 4)
    try:
        data = base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadParameterError("image_base64 is not valid base64.") from error
    if not data:
        raise BadParameterError("image_base64 is empty.")
    return data


def _after_data_prefix(text: str) -> str:
    if text[:5].lower() != "data:":
        return text
    head, _, payload = text.partition(",")
    if not head.lower().endswith(";base64"):
        raise BadParameterError("The data: URI in image_base64 must have ;base64 before its comma.")
    return payload


def picture_in_body(event: BaseProxyEvent) -> PictureSource:
    """The picture in a body: raw bytes, a form with the field ``image``, or JSON.

    Raises:
        UnsupportedMediaTypeError: the Content-Type is none of these.
        BadParameterError: the body has no picture.
    """
    kind = bodies.media_type(event)
    if kind == bodies.JSON:
        return checked(_PictureAlone, bodies.json_object(event)).source()
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
        raise BadParameterError("The image in the body is empty.")
    return data


class PictureReader:
    """Fetches and decodes pictures. It is as thread-safe as its parts are.

    Args:
        fetcher: downloads addresses, in the thread of the caller.
        prepare: decodes the bytes of an image file.
        at_once: how many pictures are decoded at the same time; further ones wait. One takes up
            to 265 MB, most of which the allocator keeps for its thread, so decoding has a pool of
            its own threads.
        permit: entered while a picture is decoded, in the thread of the caller; may wait or refuse.
    """

    def __init__(
        self,
        fetcher: ImageFetcher,
        prepare: Callable[[bytes], PreparedPicture],
        *,
        at_once: int,
        permit: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._fetcher = fetcher
        self._prepare = prepare
        self._permit = permit
        self._decoding = ThreadPoolExecutor(at_once, "decoding")

    def read(self, source: PictureSource) -> PreparedPicture:
        """The picture at an address, or in the bytes of an image file.

        Raises:
            ImageError: the address or the picture is refused (each reason is a subclass).
            ImageUnreachableError: the server of the address does not answer now.
        """
        data = self._fetcher.fetch(source) if isinstance(source, str) else source
        with self._permit():
            return self._decoding.submit(self._prepare, data).result()
