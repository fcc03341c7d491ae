"""Prepares the bytes of an image file for fingerprints."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.images.borders import trim_box
from lookalike.images.decoding import (
    SHORT_SIDE,
    DecodedPicture,
    adopted,
    decode,
    refusing_hostile_bytes,
)
from lookalike.images.modes import averageable, to_rgb, with_ink_inverted
from lookalike.images.network_frame import network_frame
from lookalike.images.orientation import upright, upright_size

_SHORT_SIDE_BELOW = 2 * SHORT_SIDE
MAX_PREPARED_PIXELS = 8_000_000
"""Only strips more than eight times as long as wide have more; they are reduced further."""
_QUARTER = Image.Transpose.ROTATE_270
"""A quarter turn clockwise; Pillow counts anticlockwise."""


@dataclass(frozen=True, eq=False, slots=True)
class Surroundings:
    """What a picture was cut out of, which may show more of what it shows in part.

    Attributes:
        frame: RGB; views of one picture share it.
        box: the part of it that surrounds the picture, in pixels.
        placed: from the unit square of the picture's trimmed frame to that of ``box``, shape
            (3, 3), for homogeneous points.
    """

    frame: Image.Image
    box: tuple[int, int, int, int]
    placed: NDArray[np.float64]


@dataclass(frozen=True)
class PreparedPicture:
    """A decoded, oriented, flattened picture, ready to be fingerprinted.

    Attributes:
        whole: RGB, the whole frame, at most reduced in size.
        trim_box: left, top, right, bottom in pixels of ``whole``: the frame without a uniform
            border. Equal to the whole frame where there is none.
        width: pixels of the original after orientation.
        height: pixels of the original after orientation.
        surroundings: of a view that may show a photograph in part, or turned.
    """

    whole: Image.Image
    trim_box: tuple[int, int, int, int]
    width: int
    height: int
    surroundings: Surroundings | None = None

    @property
    def has_border(self) -> bool:
        """True if the picture has a uniform border."""
        return self.trim_box != (0, 0, *self.whole.size)

    @cached_property
    def trimmed(self) -> Image.Image:
        """The frame without its border: ``whole`` itself where there is none."""
        return self.whole.crop(self.trim_box) if self.has_border else self.whole

    @cached_property
    def network_frame(self) -> Image.Image:
        """RGB, ``NETWORK_PIXELS`` a side: ``trimmed`` as the network sees it."""
        return network_frame(self.trimmed)

    def turned(self) -> PreparedPicture:
        """A view: the picture turned clockwise by 90 degrees, in the size that it is prepared in.

        Neither its border is searched for nor its network frame reduced anew.
        """
        whole = self.whole.transpose(_QUARTER)
        left, top, right, bottom = self.trim_box
        box = (self.whole.height - bottom, left, self.whole.height - top, right)
        picture = PreparedPicture(whole, box, *whole.size)
        # Where cached_property looks for it.
        vars(picture)["network_frame"] = self.network_frame.transpose(_QUARTER)
        return picture


def prepare(data: bytes) -> PreparedPicture:
    """Prepare the picture in a file for fingerprints. A pure function, safe in threads.

    The result is the first frame, upright, in RGB on white. It is reduced by a whole factor so
    that its short side is 512 to 1023 pixels where the original's was longer, and of long strips
    less: see ``MAX_PREPARED_PIXELS``. Colour profiles are ignored.

    Args:
        data: a whole JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC file, identified by content.

    Raises:
        ImageUnsupportedError: it is not in one of these formats.
        ImageCorruptError: it is truncated or broken.
        ImageTooLargeError: it has too many bytes or pixels to be decoded in bounded memory.
        ImageTooSmallError: it has too few pixels to be told from other pictures.
    """
    return _prepared(decode(data))


def prepare_image(image: Image.Image) -> PreparedPicture:
    """Prepare a picture that Pillow has opened or created, as ``prepare`` does a file.

    A large JPEG file is reduced while it is decoded, so its fingerprint differs in some bits from
    that of its bytes.

    Raises:
        ImageError: it cannot be loaded, or has too many or too few pixels.
    """
    return _prepared(adopted(image))


def _prepared(decoded: DecodedPicture) -> PreparedPicture:
    with refusing_hostile_bytes():
        whole = _whole(decoded)
    width, height = upright_size(decoded.size, decoded.orientation)
    return PreparedPicture(whole=whole, trim_box=trim_box(whole), width=width, height=height)


def _whole(decoded: DecodedPicture) -> Image.Image:
    image = _reduced(averageable(decoded.image))
    if decoded.inverted:
        image = with_ink_inverted(image)
    return upright(to_rgb(image), decoded.orientation)


def _reduced(image: Image.Image) -> Image.Image:
    """Reduce the picture by the smallest whole factor that makes its short side below 1024."""
    factor = -(-min(image.size) // (_SHORT_SIDE_BELOW - 1))
    while image.width * image.height > MAX_PREPARED_PIXELS * factor * factor:
        factor += 1
    return image.reduce(factor) if factor > 1 else image
