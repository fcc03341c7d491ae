"""Converts every mode that Pillow decodes to RGB on white."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageCms

_SIXTEEN_BIT = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
_INDEXED = frozenset({"1", "P", "PA"})
_ALPHA = frozenset({"LA", "RGBA"})
_PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}


def averageable(image: Image.Image) -> Image.Image:
    """The picture in a mode whose values may be averaged, so that it can be reduced.

    Palettes and single bits become colours, a transparent colour becomes an alpha channel, and
    16 bits become 8. Pictures in all other modes are returned unchanged.
    """
    if image.mode in _SIXTEEN_BIT:
        return _eight_of_sixteen_bits(image)
    if "transparency" in image.info and image.mode not in _ALPHA:
        return image.convert("RGBA")
    if image.mode in _INDEXED:
        return image.convert(_mode_of_palette(image))
    return image


def to_rgb(image: Image.Image) -> Image.Image:
    """The picture in RGB, transparency flattened on white.

    Args:
        image: in a mode that ``averageable`` gives.
    """
    if image.mode == "RGB":
        return image
    if image.mode in _PREMULTIPLIED:
        image = image.convert(_PREMULTIPLIED[image.mode])
    if image.mode in _ALPHA:
        return _flattened(image)
    if image.mode in ("I", "F"):
        return _eight_of_many_bits(image).convert("RGB")
    if image.mode == "LAB":
        return _rgb_of_lab(image)
    return image.convert("RGB")


def with_ink_inverted(image: Image.Image) -> Image.Image:
    """Invert a picture, such as CMYK that is stored the other way round than Pillow assumes."""
    return ImageChops.invert(image)


def _mode_of_palette(image: Image.Image) -> str:
    if image.mode == "1":
        return "L"
    return "RGBA" if image.mode == "PA" or image.has_transparency_data else "RGB"


def _flattened(image: Image.Image) -> Image.Image:
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return canvas


def _eight_of_sixteen_bits(image: Image.Image) -> Image.Image:
    """Keep the upper 8 bits, which are exactly the 8-bit picture; the transparent grey is white."""
    values = np.asarray(image)
    grey = (values >> 8).astype(np.uint8)
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        grey[values == transparent] = 255
    return Image.fromarray(grey)


def _eight_of_many_bits(image: Image.Image) -> Image.Image:
    """Scale integers and floats by the smallest usual range that holds them.

    The ranges are 0 to 1 (floats only), 0 to 255, 0 to 65,535, otherwise 0 to the largest value.
    Values below 0 and NaN become black, infinite values white.
    """
    values = np.nan_to_num(np.asarray(image, np.float64), nan=0.0, posinf=np.inf, neginf=0.0)
    values *= 255.0 / _white_of(values, floats=image.mode == "F")
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def _white_of(values: npt.NDArray[np.float64], *, floats: bool) -> float:
    """The value that means white."""
    largest = float(np.max(values, initial=0.0, where=np.isfinite(values)))
    ranges = (1.0, 255.0, 65535.0) if floats else (255.0, 65535.0)
    return next((white for white in ranges if largest <= white), largest)


def _rgb_of_lab(image: Image.Image) -> Image.Image:
    """Convert CIE Lab (D50) to sRGB, between profiles that littleCMS generates."""
    converted = ImageCms.profileToProfile(
        image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    if converted is None:  # only with inPlace=True
        raise ValueError("LAB was not converted")
    return converted
