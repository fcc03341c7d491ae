"""Stickers: faces, stars, arrows, hearts, price bursts and badges."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from lookalike.evaluation.edits.draws import coin, one_of
from lookalike.evaluation.edits.geometry import BLACK, WHITE, Colour
from lookalike.evaluation.edits.lettering import drawn_colour, font, ink_on, phrase, price

_FINER = 2
"""Stickers are drawn larger by this factor, so that their edges are smooth."""
_MAX_SIDE = 900
"""Pixels at which stickers are drawn; larger ones are enlarged."""
_SKINS: tuple[Colour, ...] = ((255, 204, 51), (255, 220, 93), (250, 160, 60), (120, 200, 90))
_Drawing = Callable[[ImageDraw.ImageDraw, float, np.random.Generator], None]


def drawn_face(side: float, rng: np.random.Generator) -> Image.Image:
    """A round face with eyes and a mouth, in RGBA."""
    return _sticker(_face, side, rng)


def drawn_shape(side: float, rng: np.random.Generator) -> Image.Image:
    """A star, an arrow, a heart, a price burst, a disc or a badge with letters, in RGBA."""
    return _sticker(one_of(rng, (_star, _arrow, _heart, _burst, _disc, _badge)), side, rng)


def _sticker(drawing: _Drawing, side: float, rng: np.random.Generator) -> Image.Image:
    shown = max(4, round(side))
    drawn = min(shown * _FINER, _MAX_SIDE)
    layer = Image.new("RGBA", (drawn, drawn))
    drawing(ImageDraw.Draw(layer), float(drawn - 1), rng)
    return layer.resize((shown, shown), Image.Resampling.BICUBIC)


def _disc(draw: ImageDraw.ImageDraw, side: float, rng: np.random.Generator) -> None:
    edge = drawn_colour(rng) if coin(rng) else None
    draw.ellipse((0, 0, side, side), drawn_colour(rng), edge, round(side * 0.06))


def _face(draw: ImageDraw.ImageDraw, side: float, rng: np.random.Generator) -> None:
    draw.ellipse((0, 0, side, side), one_of(rng, _SKINS), (190, 130, 20), max(1, round(side / 50)))
    wide, high = rng.uniform(0.05, 0.10), rng.uniform(0.05, 0.14)
    for x in (0.32, 0.68):
        _oval(draw, side, (x, 0.36), (wide, high), (60, 40, 20))
    one_of(rng, (_smile, _frown, _open_mouth, _laugh))(draw, side)


def _oval(
    draw: ImageDraw.ImageDraw,
    side: float,
    centre: tuple[float, float],
    radii: tuple[float, float],
    colour: Colour,
) -> None:
    (x, y), (wide, high) = centre, radii
    box = ((x - wide) * side, (y - high) * side, (x + wide) * side, (y + high) * side)
    draw.ellipse(box, colour)


def _smile(draw: ImageDraw.ImageDraw, side: float) -> None:
    box = (side * 0.25, side * 0.3, side * 0.75, side * 0.8)
    draw.arc(box, 20, 160, (60, 40, 20), max(1, round(side * 0.05)))


def _frown(draw: ImageDraw.ImageDraw, side: float) -> None:
    box = (side * 0.3, side * 0.62, side * 0.7, side * 0.95)
    draw.arc(box, 200, 340, (60, 40, 20), max(1, round(side * 0.05)))


def _open_mouth(draw: ImageDraw.ImageDraw, side: float) -> None:
    _oval(draw, side, (0.5, 0.7), (0.1, 0.14), (90, 30, 20))


def _laugh(draw: ImageDraw.ImageDraw, side: float) -> None:
    box = (side * 0.22, side * 0.3, side * 0.78, side * 0.86)
    draw.chord(box, 0, 180, WHITE, (60, 40, 20), max(1, round(side * 0.03)))


def _star(draw: ImageDraw.ImageDraw, side: float, rng: np.random.Generator) -> None:
    draw.polygon(_spikes(side, 5, 0.42), drawn_colour(rng))


def _burst(draw: ImageDraw.ImageDraw, side: float, rng: np.random.Generator) -> None:
    """A disc with many spikes and a price on it."""
    colour = drawn_colour(rng)
    draw.polygon(_spikes(side, int(rng.integers(10, 24)), rng.uniform(0.75, 0.9)), colour)
    _centred(draw, side, price(rng) if coin(rng) else f"-{rng.integers(5, 80)} %", ink_on(colour))


def _badge(draw: ImageDraw.ImageDraw, side: float, rng: np.random.Generator) -> None:
    """A rounded label with a word."""
    colour, height = drawn_colour(rng), rng.uniform(0.3, 0.6)
    box = (0, side * (0.5 - height / 2), side, side * (0.5 + height / 2))
    draw.rounded_rectangle(box, side * rng.uniform(0, 0.15), colour)
    _centred(draw, side, phrase(rng, 1).upper(), ink_on(colour))


def _arrow(draw: ImageDraw.ImageDraw, side: float, rng: np.random.Generator) -> None:
    shaft, head = rng.uniform(0.1, 0.25), rng.uniform(0.3, 0.5)
    outline = ((0, -shaft), (1 - head, -shaft), (1 - head, -0.5), (1, 0))
    both = [*outline, *((x, -y) for x, y in reversed(outline[:3]))]
    draw.polygon([(x * side, (0.5 + y) * side) for x, y in both], drawn_colour(rng))


def _heart(draw: ImageDraw.ImageDraw, side: float, rng: np.random.Generator) -> None:
    turns = np.linspace(0, 2 * math.pi, 60)
    x = np.sin(turns) ** 3
    y = (
        13 * np.cos(turns) - 5 * np.cos(2 * turns) - 2 * np.cos(3 * turns) - np.cos(4 * turns)
    ) / 17
    points = np.stack([0.5 + x / 2, 0.46 - y / 2], axis=1) * side
    red = (220, 30, 50) if coin(rng) else drawn_colour(rng)
    draw.polygon([(float(left), float(top)) for left, top in points], red)


def _spikes(side: float, number: int, inner: float) -> list[tuple[float, float]]:
    """Corners of a star with this many spikes; the inner radius is a share of the outer one."""
    radii = (side / 2, side / 2 * inner)
    angles = [math.pi * corner / number - math.pi / 2 for corner in range(2 * number)]
    return [
        (
            side / 2 + radii[corner % 2] * math.cos(angle),
            side / 2 + radii[corner % 2] * math.sin(angle),
        )
        for corner, angle in enumerate(angles)
    ]


def _centred(draw: ImageDraw.ImageDraw, side: float, text: str, ink: Colour = BLACK) -> None:
    draw.text((side / 2, side / 2), text, ink, font(side * 1.2 / max(4, len(text))), anchor="mm")
