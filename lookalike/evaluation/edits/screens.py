"""Screenshots of apps: rounded pictures with shadows, shades and buttons over them."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from lookalike.evaluation.edits.draws import coin, drawn_ground, one_of
from lookalike.evaluation.edits.edges import paste_with_shadow, rounded
from lookalike.evaluation.edits.geometry import BLACK, WHITE, Colour, cover, pad_to_aspect
from lookalike.evaluation.edits.kinds import Joining
from lookalike.evaluation.edits.lettering import (
    Theme,
    drawn_colour,
    drawn_theme,
    font,
    ink_on,
    phrase,
    price,
    text_block,
)
from lookalike.evaluation.edits.levels import along, blended
from lookalike.evaluation.edits.quality import LANCZOS

_MAX_SHOWN = 640
"""Pixels; larger screens would be unrealistic."""
_WIDE = 1.2
"""Width over height above which a picture is not cropped to fill an upright screen."""


def screenshot_app(picture: Image.Image, _: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A card at 50 to 92 % of a screen's width: rounded, with a shadow, a shade and buttons."""
    theme = drawn_theme(rng)
    card = _decorated(_shown(picture, rng), theme, rng)
    width = round(card.width / rng.uniform(0.5, 0.92))
    x = (width - card.width) // 2 if coin(rng) else round(rng.uniform(0, width - card.width))
    y = round(width * rng.uniform(0.08, 0.35))
    below = round(width * rng.uniform(0.1, 0.6))
    screen = _shaded_page((width, y + card.height + below), theme, rng)
    _draw_bar(screen, y, theme, rng)
    text = text_block((card.width, max(1, below - width // 20)), theme, rng)
    screen.paste(text, (x, y + card.height + width // 20))
    radius = rng.uniform(0, 0.12) * min(card.size)
    shade = rng.uniform(0.2, 0.8) * coin(rng, 0.7)
    paste_with_shadow(screen, rounded(card, radius), (x, y), 0.02 * width, shade)
    return screen


def screenshot_story(picture: Image.Image, _: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The whole screen: shades above and below, a name on top, buttons and text on the picture."""
    is_wide, aspect = picture.width > picture.height * _WIDE, rng.uniform(0.5, 0.8)
    upright = (
        pad_to_aspect(picture, aspect, drawn_ground(rng)) if is_wide else cover(picture, aspect)
    )
    shown = _resized(upright, _MAX_SHOWN)
    screen = _shade(_shade(shown, 270, rng, 0.6), 90, rng, 0.5)
    draw, unit = ImageDraw.Draw(screen), screen.width * 0.05
    for number in range(4):
        left = unit * 0.4 + number * (screen.width - unit * 0.4) / 4
        draw.line((left, unit * 0.4, left + screen.width / 4 - unit, unit * 0.4), WHITE, 2)
    draw.ellipse((unit * 0.5, unit, unit * 2, unit * 2.5), drawn_colour(rng), WHITE)
    draw.text((unit * 2.5, unit * 1.3), phrase(rng, 1), WHITE, font(unit * 0.8))
    for row in range(int(rng.integers(2, 5))):
        centre = (screen.width - unit * 1.6, screen.height * 0.5 + row * unit * 2.6)
        _draw_button(draw, centre, unit, rng)
    draw.text((unit, screen.height - unit * 3), phrase(rng, 4), WHITE, font(unit))
    _draw_pill(draw, (unit, screen.height - unit * 1.8), unit, drawn_colour(rng), "Shop now")
    return screen


SCREENS: dict[str, Joining] = {
    "screenshot_app": screenshot_app,
    "screenshot_story": screenshot_story,
}
"""Screenshots of apps, by name."""


def _shown(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The picture on the screen: whole, or covering a usual shape."""
    shaped = picture if coin(rng, 0.6) else cover(picture, one_of(rng, (0.75, 0.8, 1.0, 1.0, 1.33)))
    return _resized(shaped, _MAX_SHOWN)


def _resized(picture: Image.Image, side: int) -> Image.Image:
    """At most this long."""
    factor = min(1.0, side / max(picture.size))
    width, height = (max(1, round(length * factor)) for length in picture.size)
    return picture.resize((width, height), LANCZOS)


def _decorated(picture: Image.Image, theme: Theme, rng: np.random.Generator) -> Image.Image:
    """With what apps lay over pictures: a shade, round buttons, dots, a badge, a price."""
    card = _shade(picture, 90, rng) if coin(rng) else picture.copy()
    draw, unit = ImageDraw.Draw(card), max(6.0, min(card.size) * rng.uniform(0.05, 0.1))
    if coin(rng, 0.7):
        _draw_button(draw, (card.width - unit * 1.4, unit * 1.4), unit, rng)
    if coin(rng):
        for x in (unit * 1.2, card.width - unit * 1.2):
            _draw_button(draw, (x, card.height / 2), unit, rng)
    if coin(rng):
        _draw_dots(draw, (card.width / 2, card.height - unit), unit * 0.25, int(rng.integers(3, 7)))
    if coin(rng):
        _draw_pill(draw, (unit * 0.6, unit * 0.6), unit, theme.accent, phrase(rng, 1).upper())
    if coin(rng):
        spot = (unit * 0.6, card.height - unit * 2.2)
        _draw_pill(draw, spot, unit, drawn_colour(rng), price(rng))
    return card


def _shade(
    picture: Image.Image, degrees: float, rng: np.random.Generator, least: float = 0
) -> Image.Image:
    """Darker towards one side, by up to 40 to 85 %, from a share of the way onwards."""
    distance = along(picture.size, degrees)
    share = distance / max(float(distance.max()), 1)
    start = rng.uniform(least, 0.8)
    opacity = np.clip((share - start) / (1 - start), 0, 1) * rng.uniform(0.4, 0.85)
    return blended(picture, Image.new("RGB", picture.size, BLACK), opacity.astype(np.float32))


def _shaded_page(size: tuple[int, int], theme: Theme, rng: np.random.Generator) -> Image.Image:
    """A page of the theme's colour, or running from it to another colour."""
    page = Image.new("RGB", size, theme.page)
    if coin(rng, 0.6):
        return page
    distance = along(size, 90)
    opacity = (distance / max(float(distance.max()), 1) * rng.uniform(0.1, 0.9)).astype(np.float32)
    return blended(page, Image.new("RGB", size, drawn_colour(rng)), opacity)


def _draw_bar(screen: Image.Image, height: int, theme: Theme, rng: np.random.Generator) -> None:
    draw, line = ImageDraw.Draw(screen), height * 0.7
    draw.rectangle((0, 0, screen.width, line), theme.bar)
    size = min(line * 0.4, screen.width * 0.06)
    draw.text((screen.width * 0.05, line * 0.3), phrase(rng, 2), ink_on(theme.bar), font(size))


def _draw_button(
    draw: ImageDraw.ImageDraw, centre: tuple[float, float], unit: float, rng: np.random.Generator
) -> None:
    """A disc with a cross, an arrow or a ring on it."""
    (x, y), radius = centre, unit * 0.9
    ground = one_of(rng, (WHITE, WHITE, BLACK, drawn_colour(rng)))
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), ground)
    arm, ink, width = radius * 0.4, ink_on(ground), max(1, round(unit * 0.12))
    if coin(rng):
        draw.line((x - arm, y, x + arm, y), ink, width)
        draw.line((x, y - arm, x, y + arm), ink, width)
    else:
        draw.ellipse((x - arm, y - arm, x + arm, y + arm), None, ink, width)


def _draw_dots(
    draw: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, number: int
) -> None:
    """Round marks for the pictures of a series, the first of them dark."""
    for place in range(number):
        x, y = centre[0] + (place - (number - 1) / 2) * radius * 4, centre[1]
        colour: Colour = (40, 40, 40) if place == 0 else (225, 225, 225)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)


def _draw_pill(
    draw: ImageDraw.ImageDraw, corner: tuple[float, float], unit: float, colour: Colour, text: str
) -> None:
    """A rounded label with text."""
    x, y = corner
    box = (x, y, x + unit * (0.45 * len(text) + 1), y + unit * 1.4)
    draw.rounded_rectangle(box, unit * 0.7, colour)
    draw.text((x + unit * 0.5, y + unit * 0.25), text, ink_on(colour), font(unit * 0.8))
