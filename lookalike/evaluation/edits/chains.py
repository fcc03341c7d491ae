"""Several edits one after the other, as pictures collect them on their way."""

from __future__ import annotations

from PIL import ImageOps

from lookalike.evaluation.edits.geometry import (
    BLACK,
    cover,
    crop,
    crop_to_area,
    pad,
    pad_to_square,
    rotate,
)
from lookalike.evaluation.edits.kinds import Change, plain
from lookalike.evaluation.edits.light import brightness, saturation, vintage
from lookalike.evaluation.edits.overlays import banner, logo, watermark
from lookalike.evaluation.edits.quality import reencode, thumbnail

_GREY = (128, 128, 128)

CHAINS: dict[str, Change] = {
    "crop10_flip_jpeg": plain(lambda p: reencode(ImageOps.mirror(crop(p, 0.1, 0.1, 0.1, 0.1)), 70)),
    "pad_square_small_jpeg50": plain(lambda p: reencode(thumbnail(pad_to_square(p), 150), 50)),
    "crop10_logo": lambda p, rng: logo(crop(p, 0.1, 0.1, 0.1, 0.1), 0.08, rng),
    "rotate5_grey": plain(lambda p: saturation(rotate(p, 5), 0)),
    "frame_watermark": plain(lambda p: pad(watermark(p, 0.4, tiled=True), 0.08, BLACK)),
    "flip_rotate3_crop7": plain(
        lambda p: crop(rotate(ImageOps.mirror(p), 3), 0.075, 0.075, 0.075, 0.075)
    ),
    "pad_grey_logo": lambda p, rng: logo(pad(p, 0.15, _GREY), 0.08, rng),
    "cover_square_banner": plain(lambda p: banner(cover(p, 1.0), 0.15, top=False)),
    "area60_vintage_jpeg40": lambda p, rng: reencode(vintage(crop_to_area(p, 0.6, rng)), 40),
    "turn90_dark_webp30": plain(
        lambda p: reencode(brightness(p.rotate(90, expand=True), 0.7), 30, "WEBP")
    ),
}
"""Several edits one after the other, by name."""
