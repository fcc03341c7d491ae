"""Composites that contain a known picture: screenshots and collages."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from lookalike.evaluation.edits.geometry import WHITE
from lookalike.evaluation.edits.kinds import Joining
from lookalike.evaluation.edits.lettering import (
    Theme,
    drawn_theme,
    font,
    ink_on,
    phrase,
    text_block,
)
from lookalike.evaluation.edits.pasted import PASTED
from lookalike.evaluation.edits.quality import LANCZOS
from lookalike.evaluation.edits.screens import SCREENS

_MAX_SHOWN_WIDTH = 640
_MAX_PHONE_WIDTH = 540
_MAX_JOINED = 720
"""Pixels; larger screens and collages would be unrealistic."""
_MAX_GAP = 12


def screenshot_page(
    picture: Image.Image, other: Image.Image, rng: np.random.Generator
) -> Image.Image:
    """A shop's page with the picture at 45 to 65 % of its width, text beside it.

    Half of the pages show a row of small pictures of other products underneath.
    """
    theme = drawn_theme(rng)
    shown = _to_width(picture, min(picture.width, _MAX_SHOWN_WIDTH))
    width = round(shown.width / rng.uniform(0.45, 0.65))
    header, margin = round(width * rng.uniform(0.05, 0.09)), max(4, width // 50)
    x = int(rng.integers(margin, width - shown.width - margin + 1))
    y = header + margin + int(rng.integers(0, width // 12))
    row = width // 6 if rng.random() < 0.5 else 0  # noqa: PLR2004 - a coin
    end = y + shown.height + margin
    page = Image.new("RGB", (width, end + row + margin + width // 20), theme.page)
    _draw_header(page, header, theme, rng)
    right = width - x - shown.width
    column = (max(x, right) - 2 * margin, shown.height)
    page.paste(text_block(column, theme, rng), (margin if x > right else width - right + margin, y))
    page.paste(shown, (x, y))
    if row:
        _paste_row(page, other, (margin, end + margin), row, rng)
    return page


def screenshot_phone(picture: Image.Image, _: Image.Image, rng: np.random.Generator) -> Image.Image:
    """An upright screen: status bar, title, the picture over the full width, text under it."""
    theme = drawn_theme(rng)
    width = min(picture.width, _MAX_PHONE_WIDTH)
    shown = _to_width(picture, width)
    status, title = round(width * 0.06), round(width * rng.uniform(0.10, 0.16))
    top = status + title
    height = max(round(width * rng.uniform(1.9, 2.2)), top + shown.height + width // 3)
    screen = Image.new("RGB", (width, height), theme.page)
    draw = ImageDraw.Draw(screen)
    draw.text((width * 0.05, status * 0.2), "12:41", theme.ink, font(status * 0.6))
    draw.text((width * 0.80, status * 0.2), "LTE 83%", theme.ink, font(status * 0.6))
    draw.rectangle((0, status, width, top), fill=theme.bar)
    label = phrase(rng, 2).title()
    draw.text((width * 0.05, status + title * 0.25), label, ink_on(theme.bar), font(title * 0.4))
    screen.paste(shown, (0, top))
    margin = width // 20
    below = (width - 2 * margin, height - top - shown.height - margin)
    screen.paste(text_block(below, theme, rng), (margin, top + shown.height + margin))
    return screen


def collage_left(picture: Image.Image, other: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The picture left of another of the same height, with a white gap of 0 to 12 pixels."""
    return _side_by_side(picture, other, _drawn_gap(rng))


def collage_right(
    picture: Image.Image, other: Image.Image, rng: np.random.Generator
) -> Image.Image:
    """The picture right of another of the same height, with a white gap of 0 to 12 pixels."""
    return _side_by_side(other, picture, _drawn_gap(rng))


def collage_stacked(
    picture: Image.Image, other: Image.Image, rng: np.random.Generator
) -> Image.Image:
    """The picture above or below another of the same width, with a gap as between columns."""
    upper, lower = (picture, other) if rng.random() < 0.5 else (other, picture)  # noqa: PLR2004 - a coin
    joined = _side_by_side(_on_its_side(upper), _on_its_side(lower), _drawn_gap(rng))
    return joined.transpose(Image.Transpose.TRANSPOSE)


COMPOSITES: dict[str, Joining] = {
    "screenshot_page": screenshot_page,
    "screenshot_phone": screenshot_phone,
    "collage_left": collage_left,
    "collage_right": collage_right,
    "collage_stacked": collage_stacked,
    **PASTED,
    **SCREENS,
}
"""Pictures that contain the known one and something else, by name."""


def _to_width(picture: Image.Image, width: int) -> Image.Image:
    return picture.resize((width, max(1, round(picture.height * width / picture.width))), LANCZOS)


def _on_its_side(picture: Image.Image) -> Image.Image:
    return picture.transpose(Image.Transpose.TRANSPOSE)


def _drawn_gap(rng: np.random.Generator) -> int:
    return int(rng.integers(0, _MAX_GAP + 1))


def _side_by_side(left: Image.Image, right: Image.Image, gap: int) -> Image.Image:
    height = min(left.height, right.height, _MAX_JOINED)
    first, second = (
        p.resize((max(1, round(p.width * height / p.height)), height), LANCZOS)
        for p in (left, right)
    )
    joined = Image.new("RGB", (first.width + gap + second.width, height), WHITE)
    joined.paste(first, (0, 0))
    joined.paste(second, (first.width + gap, 0))
    return joined


def _draw_header(page: Image.Image, height: int, theme: Theme, rng: np.random.Generator) -> None:
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, page.width, height), fill=theme.bar)
    ink = ink_on(theme.bar)
    draw.text((page.width * 0.03, height * 0.2), phrase(rng, 1).upper(), ink, font(height * 0.5))
    for position in (0.40, 0.55, 0.70, 0.85):
        spot = (page.width * position, height * 0.35)
        draw.text(spot, phrase(rng, 1).title(), ink, font(height * 0.28))


def _paste_row(
    page: Image.Image,
    other: Image.Image,
    corner: tuple[int, int],
    side: int,
    rng: np.random.Generator,
) -> None:
    """Paste small squares of the other picture, each cropped elsewhere, some mirrored."""
    x, y = corner
    for _ in range(int(rng.integers(3, 6))):
        centre = tuple(float(value) for value in rng.uniform(0, 1, 2))
        tile = ImageOps.fit(other, (side, side), centering=(centre[0], centre[1]))
        page.paste(ImageOps.mirror(tile) if rng.random() < 0.5 else tile, (x, y))  # noqa: PLR2004 - a coin
        x += side + side // 12
