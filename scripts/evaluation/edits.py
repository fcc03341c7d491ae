"""What happens to product photographs on their way: named edits, fixed and drawn at random.

An edit takes an RGB picture and a random generator and gives the bytes of the edited file, so
that every query has been through an encoder as in real life.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

Change = Callable[[Image.Image, np.random.Generator], Image.Image]
WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
LANCZOS = Image.Resampling.LANCZOS
BICUBIC = Image.Resampling.BICUBIC


def encode(picture: Image.Image, quality: int = 85, file_format: str = "JPEG") -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, file_format, quality=quality)
    return buffer.getvalue()


def reencode(picture: Image.Image, quality: int, file_format: str = "JPEG") -> Image.Image:
    """The picture after a lossy encoder."""
    return Image.open(io.BytesIO(encode(picture, quality, file_format))).convert("RGB")


def crop(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Cut these shares (0 to 1) off the sides."""
    width, height = picture.size
    return picture.crop(
        (
            round(width * left),
            round(height * top),
            round(width * (1 - right)),
            round(height * (1 - bottom)),
        )
    )


def crop_to_area(picture: Image.Image, area: float, rng: np.random.Generator) -> Image.Image:
    """A window of this share of the area, anywhere in the picture, of the same aspect."""
    cut = 1 - math.sqrt(area)
    x, y = rng.uniform(0, cut, 2)
    return crop(picture, x, y, cut - x, cut - y)


def cover(picture: Image.Image, aspect: float) -> Image.Image:
    """Cut to this aspect (width / height) around the centre, as CDNs fill a frame."""
    width, height = picture.size
    return ImageOps.fit(
        picture, (min(width, round(height * aspect)), min(height, round(width / aspect)))
    )


def pad(picture: Image.Image, share: float, colour: tuple[int, int, int]) -> Image.Image:
    """A border on all sides, as a share of the longer side."""
    return ImageOps.expand(picture, round(max(picture.size) * share), colour)


def pad_to_square(picture: Image.Image, colour: tuple[int, int, int] = WHITE) -> Image.Image:
    """Centred on a square canvas."""
    side = max(picture.size)
    return ImageOps.pad(picture, (side, side), color=colour)


def rotate(
    picture: Image.Image, degrees: float, colour: tuple[int, int, int] = WHITE
) -> Image.Image:
    """Turned about the centre, on a canvas that holds all of it."""
    return picture.rotate(degrees, BICUBIC, expand=True, fillcolor=colour)


def scale(picture: Image.Image, factor: float) -> Image.Image:
    """Resized by this factor."""
    return picture.resize(
        (max(1, round(picture.width * factor)), max(1, round(picture.height * factor))), LANCZOS
    )


def thumbnail(picture: Image.Image, side: int) -> Image.Image:
    """Reduced to this longer side."""
    return scale(picture, side / max(picture.size))


def perspective(picture: Image.Image, strength: float, rng: np.random.Generator) -> Image.Image:
    """Corners moved inwards by up to this share of the sides, as photographed from a screen."""
    width, height = picture.size
    shift = rng.uniform(0, strength, (4, 2)) * (width, height)
    corners = np.array([(0, 0), (0, height), (width, height), (width, 0)], float)
    quad = corners + shift * [(1, 1), (1, -1), (-1, -1), (-1, 1)]
    return picture.transform(
        picture.size, Image.Transform.QUAD, tuple(quad.ravel().tolist()), BICUBIC
    )


def noise(picture: Image.Image, sigma: float, rng: np.random.Generator) -> Image.Image:
    """Gaussian noise of this standard deviation in grey levels."""
    values = np.asarray(picture, np.float32)
    return Image.fromarray(
        np.clip(values + rng.normal(0, sigma, values.shape), 0, 255).astype(np.uint8)
    )


def gamma(picture: Image.Image, exponent: float) -> Image.Image:
    """A tone curve."""
    table = [round(255 * (level / 255) ** exponent) for level in range(256)]
    return picture.point(table * 3)


def white_balance(picture: Image.Image, red: float, blue: float) -> Image.Image:
    """Red and blue multiplied."""
    gains = (red, 1.0, blue)
    return picture.point([min(255, round(level * gain)) for gain in gains for level in range(256)])


def logo(picture: Image.Image, area: float, rng: np.random.Generator) -> Image.Image:
    """An opaque badge with letters over this share of the area, in a corner."""
    result = picture.copy()
    side = round(math.sqrt(area * picture.width * picture.height))
    x = 0 if rng.random() < 0.5 else picture.width - side  # noqa: PLR2004 - a coin
    y = 0 if rng.random() < 0.5 else picture.height - side  # noqa: PLR2004 - a coin
    colour = tuple(int(value) for value in rng.integers(0, 256, 3))
    draw = ImageDraw.Draw(result)
    draw.rectangle((x, y, x + side, y + side), fill=colour)
    draw.text(
        (x + side * 0.1, y + side * 0.3), "SALE", WHITE, ImageFont.load_default(size=side * 0.32)
    )
    return result


def banner(picture: Image.Image, share: float, *, top: bool) -> Image.Image:
    """An opaque strip with letters over the full width."""
    result = picture.copy()
    height = round(picture.height * share)
    y = 0 if top else picture.height - height
    draw = ImageDraw.Draw(result)
    draw.rectangle((0, y, picture.width, y + height), fill=(200, 30, 40))
    draw.text(
        (picture.width * 0.05, y + height * 0.2),
        "-30 % NOW ONLY TODAY",
        WHITE,
        ImageFont.load_default(size=height * 0.55),
    )
    return result


def watermark(picture: Image.Image, opacity: float, *, tiled: bool) -> Image.Image:
    """Half-transparent letters, once in a corner or all over."""
    layer = Image.new("RGBA", picture.size, (255, 255, 255, 0))
    draw = ImageDraw.Draw(layer)
    size = picture.width * (0.08 if tiled else 0.06)
    font = ImageFont.load_default(size=size)
    ink = (255, 255, 255, round(255 * opacity))
    spots = (
        [
            (x, y)
            for y in range(0, picture.height, round(size * 2.5))
            for x in (0, picture.width / 2)
        ]
        if tiled
        else [(picture.width * 0.6, picture.height * 0.92)]
    )
    for spot in spots:
        draw.text(spot, "shop.example", ink, font)
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _plain(change: Callable[[Image.Image], Image.Image]) -> Change:
    return lambda picture, _: change(picture)


def _centre_crop(share: float) -> Change:
    return lambda picture, _: crop(picture, share, share, share, share)


Enhancer = Callable[[Image.Image], ImageEnhance._Enhance]  # noqa: SLF001 - its only name


def _enhance(kind: Enhancer, factor: float) -> Change:
    return lambda picture, _: kind(picture).enhance(factor)


EDITS: dict[str, Change] = {
    "unchanged": lambda picture, _: picture,
    "jpeg30": _plain(lambda picture: reencode(picture, 30)),
    "webp50": _plain(lambda picture: reencode(picture, 50, "WEBP")),
    "scale50": _plain(lambda picture: scale(picture, 0.5)),
    "scale150": _plain(lambda picture: scale(picture, 1.5)),
    "thumbnail100": _plain(lambda picture: thumbnail(picture, 100)),
    "stretch": _plain(lambda p: p.resize((round(p.width * 1.2), p.height), LANCZOS)),
    **{f"crop{percent}": _centre_crop(percent / 100) for percent in (5, 10, 15, 20, 25)},
    "crop_left20": _plain(lambda picture: crop(picture, 0.2, 0, 0, 0)),
    "crop_bottom25": _plain(lambda picture: crop(picture, 0, 0, 0, 0.25)),
    "crop_area80": lambda picture, rng: crop_to_area(picture, 0.80, rng),
    "crop_area65": lambda picture, rng: crop_to_area(picture, 0.65, rng),
    "crop_area40": lambda picture, rng: crop_to_area(picture, 0.40, rng),
    "cover_square": _plain(lambda picture: cover(picture, 1.0)),
    "cover_4_5": _plain(lambda picture: cover(picture, 0.8)),
    "pad_white10": _plain(lambda picture: pad(picture, 0.10, WHITE)),
    "pad_black20": _plain(lambda picture: pad(picture, 0.20, BLACK)),
    "pad_colour15": _plain(lambda picture: pad(picture, 0.15, (40, 120, 160))),
    "pad_square": _plain(pad_to_square),
    "flip": _plain(ImageOps.mirror),
    "flip_vertical": _plain(ImageOps.flip),
    "turn90": _plain(lambda picture: picture.transpose(Image.Transpose.ROTATE_90)),
    "turn180": _plain(lambda picture: picture.transpose(Image.Transpose.ROTATE_180)),
    "rotate3": _plain(lambda picture: rotate(picture, 3)),
    "rotate8": _plain(lambda picture: rotate(picture, 8)),
    "rotate15": _plain(lambda picture: rotate(picture, 15)),
    "perspective": lambda picture, rng: perspective(picture, 0.08, rng),
    "blur2": _plain(lambda picture: picture.filter(ImageFilter.GaussianBlur(2))),
    "blur4": _plain(lambda picture: picture.filter(ImageFilter.GaussianBlur(4))),
    "noise12": lambda picture, rng: noise(picture, 12, rng),
    "noise25": lambda picture, rng: noise(picture, 25, rng),
    "dark50": _enhance(ImageEnhance.Brightness, 0.5),
    "bright150": _enhance(ImageEnhance.Brightness, 1.5),
    "contrast50": _enhance(ImageEnhance.Contrast, 0.5),
    "contrast150": _enhance(ImageEnhance.Contrast, 1.5),
    "saturation150": _enhance(ImageEnhance.Color, 1.5),
    "grey": _enhance(ImageEnhance.Color, 0.0),
    "gamma07": _plain(lambda picture: gamma(picture, 0.7)),
    "warm": _plain(lambda picture: white_balance(picture, 1.08, 0.92)),
    "logo5": lambda picture, rng: logo(picture, 0.05, rng),
    "logo15": lambda picture, rng: logo(picture, 0.15, rng),
    "banner_top12": _plain(lambda picture: banner(picture, 0.12, top=True)),
    "banner_bottom15": _plain(lambda picture: banner(picture, 0.15, top=False)),
    "watermark": _plain(lambda picture: watermark(picture, 0.5, tiled=False)),
    "watermark_tiled": _plain(lambda picture: watermark(picture, 0.35, tiled=True)),
}
"""Single edits, by name."""

CHAINS: dict[str, Change] = {
    "crop10_flip_jpeg": _plain(
        lambda p: reencode(ImageOps.mirror(crop(p, 0.1, 0.1, 0.1, 0.1)), 70)
    ),
    "pad_square_small_jpeg50": _plain(lambda p: reencode(thumbnail(pad_to_square(p), 150), 50)),
    "crop10_logo": lambda p, rng: logo(crop(p, 0.1, 0.1, 0.1, 0.1), 0.08, rng),
    "rotate5_grey": _plain(lambda p: ImageOps.grayscale(rotate(p, 5)).convert("RGB")),
    "frame_watermark": _plain(lambda p: pad(watermark(p, 0.4, tiled=True), 0.08, BLACK)),
}
"""Several edits one after the other, by name."""


def apply(name: str, picture: Image.Image, seed: int) -> bytes:
    """The file of the picture after this edit; the same seed gives the same file."""
    change = (EDITS | CHAINS)[name]
    return encode(change(picture, np.random.default_rng(seed)))
