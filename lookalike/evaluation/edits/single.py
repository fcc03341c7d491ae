"""Single edits of fixed strength."""

from __future__ import annotations

from PIL import Image, ImageOps

from lookalike.evaluation.edits.backgrounds import background_replaced, background_white
from lookalike.evaluation.edits.geometry import (
    BLACK,
    WHITE,
    cover,
    crop,
    crop_to_area,
    frame,
    pad,
    pad_to_aspect,
    pad_to_square,
    perspective,
    rotate,
    rotate_inside,
)
from lookalike.evaluation.edits.kinds import Change, plain
from lookalike.evaluation.edits.light import (
    brightness,
    contrast,
    cool,
    gamma,
    saturation,
    sharpness,
    vintage,
    white_balance,
)
from lookalike.evaluation.edits.overlays import banner, logo, watermark, watermark_across
from lookalike.evaluation.edits.quality import (
    LANCZOS,
    blur,
    enlarged_thumbnail,
    noise,
    reencode,
    scale,
    thumbnail,
)


def _centre(cut: float) -> Change:
    return lambda picture, _: crop(picture, cut, cut, cut, cut)


def _window(area: float) -> Change:
    return lambda picture, rng: crop_to_area(picture, area, rng)


_FILES: dict[str, Change] = {
    "jpeg30": plain(lambda picture: reencode(picture, 30)),
    "jpeg15": plain(lambda picture: reencode(picture, 15)),
    "webp50": plain(lambda picture: reencode(picture, 50, "WEBP")),
    "scale50": plain(lambda picture: scale(picture, 0.5)),
    "scale150": plain(lambda picture: scale(picture, 1.5)),
    "thumbnail100": plain(lambda picture: thumbnail(picture, 100)),
    "thumbnail100_enlarged": plain(lambda picture: enlarged_thumbnail(picture, 100)),
    "blur2": plain(lambda picture: blur(picture, 2)),
    "blur4": plain(lambda picture: blur(picture, 4)),
    "sharpened": plain(lambda picture: sharpness(picture, 3)),
    "noise12": lambda picture, rng: noise(picture, 12, rng),
    "noise25": lambda picture, rng: noise(picture, 25, rng),
}

_CROPS: dict[str, Change] = {
    **{f"crop{percent}": _centre(percent / 100) for percent in (5, 10, 12, 15, 18, 20, 25)},
    **{f"crop_area{percent}": _window(percent / 100) for percent in (80, 65, 50, 40, 30)},
    "crop_left20": plain(lambda picture: crop(picture, 0.2, 0, 0, 0)),
    "crop_bottom25": plain(lambda picture: crop(picture, 0, 0, 0, 0.25)),
    "crop_uneven": plain(lambda picture: crop(picture, 0.08, 0.03, 0.14, 0.06)),
    "cover_square": plain(lambda picture: cover(picture, 1.0)),
    "cover_4_5": plain(lambda picture: cover(picture, 0.8)),
    "cover_wide": plain(lambda picture: cover(picture, 1.5)),
    "cover_tall": plain(lambda picture: cover(picture, 0.56)),
}

_FRAMES: dict[str, Change] = {
    "pad_white10": plain(lambda picture: pad(picture, 0.10, WHITE)),
    "pad_black20": plain(lambda picture: pad(picture, 0.20, BLACK)),
    "pad_colour15": plain(lambda picture: pad(picture, 0.15, (40, 120, 160))),
    "pad_square": plain(pad_to_square),
    "pad_wide": plain(lambda picture: pad_to_aspect(picture, 16 / 9)),
    "bar_black12": plain(lambda picture: frame(picture, (0, 0.12, 0, 0), BLACK)),
}

_TURNS: dict[str, Change] = {
    "flip": plain(ImageOps.mirror),
    "flip_vertical": plain(ImageOps.flip),
    "turn90": plain(lambda picture: picture.transpose(Image.Transpose.ROTATE_90)),
    "turn180": plain(lambda picture: picture.transpose(Image.Transpose.ROTATE_180)),
    "turn270": plain(lambda picture: picture.transpose(Image.Transpose.ROTATE_270)),
    "rotate3": plain(lambda picture: rotate(picture, 3)),
    "rotate8": plain(lambda picture: rotate(picture, 8)),
    "rotate_back11": plain(lambda picture: rotate(picture, -11, BLACK)),
    "rotate15": plain(lambda picture: rotate(picture, 15)),
    "rotate7_inside": plain(lambda picture: rotate_inside(picture, 7)),
    "perspective": lambda picture, rng: perspective(picture, 0.08, rng),
    "perspective15": lambda picture, rng: perspective(picture, 0.15, rng),
    "stretch": plain(lambda p: p.resize((round(p.width * 1.2), p.height), LANCZOS)),
}

_LIGHT: dict[str, Change] = {
    "dark50": plain(lambda picture: brightness(picture, 0.5)),
    "dark75": plain(lambda picture: brightness(picture, 0.75)),
    "bright150": plain(lambda picture: brightness(picture, 1.5)),
    "contrast50": plain(lambda picture: contrast(picture, 0.5)),
    "contrast150": plain(lambda picture: contrast(picture, 1.5)),
    "saturation50": plain(lambda picture: saturation(picture, 0.5)),
    "saturation150": plain(lambda picture: saturation(picture, 1.5)),
    "grey": plain(lambda picture: saturation(picture, 0)),
    "gamma07": plain(lambda picture: gamma(picture, 0.7)),
    "gamma14": plain(lambda picture: gamma(picture, 1.4)),
    "warm": plain(lambda picture: white_balance(picture, 1.08, 0.92)),
    "cool": plain(cool),
    "vintage": plain(vintage),
}

_OVERLAYS: dict[str, Change] = {
    "logo5": lambda picture, rng: logo(picture, 0.05, rng),
    "logo15": lambda picture, rng: logo(picture, 0.15, rng),
    "banner_top12": plain(lambda picture: banner(picture, 0.12, top=True)),
    "banner_bottom15": plain(lambda picture: banner(picture, 0.15, top=False)),
    "watermark": plain(lambda picture: watermark(picture, 0.5, tiled=False)),
    "watermark_tiled": plain(lambda picture: watermark(picture, 0.35, tiled=True)),
    "watermark_big": plain(lambda picture: watermark_across(picture, 0.45, 35, "SAMPLE")),
}

UNCHANGED = "unchanged"
"""The edit that changes nothing but the encoding."""

EDITS: dict[str, Change] = {
    UNCHANGED: plain(lambda picture: picture),
    **_FILES,
    **_CROPS,
    **_FRAMES,
    **_TURNS,
    **_LIGHT,
    **_OVERLAYS,
    "background_white": plain(background_white),
    "background_replaced": background_replaced,
}
"""Single edits, by name."""
