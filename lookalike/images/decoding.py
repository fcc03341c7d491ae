"""Decodes pictures: identifies the format, checks the size, decodes, refuses hostile files."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageFile

from lookalike.errors import (
    ImageCorruptError,
    ImageError,
    ImageTooLargeError,
    ImageUnsupportedError,
)
from lookalike.images.containers.container import Container
from lookalike.images.containers.registry import is_picture, read_container
from lookalike.images.limits import MAX_PIXELS, check_bytes, check_coefficients, check_size
from lookalike.images.orientation import orientation_of

SHORT_SIDE = 512
"""The short side is not reduced below this: enough for every hash, and a JPEG is decoded at a
half, a quarter or an eighth of its size as long as it keeps that. Long strips alone are reduced
further; see ``MAX_PREPARED_PIXELS``."""

_PILLOW_WARNINGS = ("ignore", None, Warning, re.compile(r"PIL\."), 0)


_UNSUPPORTED = (
    "The bytes are not a picture that can be read. Send JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or "
    "HEIC."
)


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """Decoded pixels, as they are in the file.

    Attributes:
        image: first frame in its own mode, loaded; a large JPEG at reduced size.
        size: width and height in the file, in pixels.
        orientation: EXIF orientation that is still to be applied, 1 to 8.
        inverted: whether 0 means full ink in ``image``, against the mode's convention.
    """

    image: Image.Image
    size: tuple[int, int]
    orientation: int
    inverted: bool = False


def decode(data: bytes) -> DecodedPicture:
    """Decode the first frame of a picture, identified by its content.

    Raises:
        ImageUnsupportedError: it is not in a format that is read here.
        ImageCorruptError: it is broken or truncated.
        ImageTooLargeError: it has too many bytes or pixels; this is found before decoding.
        ImageTooSmallError: it has too few pixels.
    """
    check_bytes(data)
    _prepare_plugins()
    _silence_pillow()
    if not is_picture(data):
        raise ImageUnsupportedError(_UNSUPPORTED)
    with refusing_hostile_bytes():
        container = read_container(data)
        with Image.open(io.BytesIO(container.data), formats=list(MAX_PIXELS)) as image:
            return _decoded(image, container)


def adopted(image: Image.Image) -> DecodedPicture:
    """A picture that Pillow has opened for somebody else, whose image stays as it is.

    Raises:
        ImageCorruptError: its pixels cannot be loaded.
        ImageTooLargeError: too many pixels.
        ImageTooSmallError: too few pixels.
    """
    _silence_pillow()
    image_format = image.format or "JPEG"
    check_size(image_format if image_format in MAX_PIXELS else "JPEG", image.size)
    with refusing_hostile_bytes():
        exif = _exif_of(image)
        return DecodedPicture(
            image=image.copy(),
            size=image.size,
            orientation=orientation_of(exif),
            inverted=_is_inverted(image),
        )


def _decoded(image: ImageFile.ImageFile, container: Container) -> DecodedPicture:
    size = image.size
    image_format = str(image.format)
    check_size(image_format, size)
    check_coefficients(container.coefficient_bytes)
    if image_format == "JPEG":
        image.draft(None, (SHORT_SIDE, SHORT_SIDE))
    image.load()
    return DecodedPicture(
        image=image,
        size=size,
        orientation=orientation_of(container.exif or _exif_of(image)),
        inverted=_is_inverted(image),
    )


def _is_inverted(image: Image.Image) -> bool:
    return image.format == "JPEG" and image.mode == "CMYK" and "adobe" not in image.info


def _exif_of(image: Image.Image) -> bytes:
    """The EXIF block that Pillow found (WebP, AVIF, HEIF); a TIFF comes upright already."""
    exif = image.info.get("exif")
    return exif if isinstance(exif, bytes) and image.format != "TIFF" else b""


def load_decoders() -> None:
    """Import all that decoding any format needs, which else happens at its first picture."""
    _prepare_plugins()
    Image.init()


@cache
def _prepare_plugins() -> None:
    """Register HEIC with Pillow once, at first use, because importing a module changes nothing.

    HEIC and AVIF are decoded in the thread that asks. A new thread for each tile, as libheif has
    by default, leaves 240 MB with the allocator.
    """
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pillow_heif.register_heif_opener(
        decode_threads=0, thumbnails=False, depth_images=False, aux_images=False
    )


def _silence_pillow() -> None:
    """Ignore Pillow's warnings about a picture, which are meant for developers.

    ``warnings.catch_warnings`` is not safe in threads. So the filter stays, and is set again where
    somebody (pytest) has reset the filters.
    """
    if _PILLOW_WARNINGS not in warnings.filters:
        warnings.filterwarnings("ignore", module=r"PIL\.")


@contextmanager
def refusing_hostile_bytes() -> Iterator[None]:
    """Turn whatever Pillow and its plug-ins raise about a picture into one of our errors.

    Raises:
        ImageError: they raised something.
    """
    try:
        yield
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageTooLargeError(
            f"The picture has {_digits(error)} pixels; at most {max(MAX_PIXELS.values())} are "
            "decoded, fewer in most formats. Send a smaller copy."
        ) from error
    except MemoryError as error:
        # Sizes are checked before, so it is the picture that asks for an absurd piece of memory.
        raise ImageTooLargeError(
            "The picture takes more memory than is given to decode it. Send a smaller copy."
        ) from error
    except Exception as error:  # decoders throw anything on hostile bytes, even SystemError
        raise ImageCorruptError(
            "The picture is truncated or corrupt and cannot be decoded to its end. Send the "
            "complete file."
        ) from error


def _digits(error: Image.DecompressionBombError) -> str:
    """The number of pixels, which only the message of Pillow's error holds."""
    found = re.search(r"\d+", str(error))
    return found.group() if found else "too many"
