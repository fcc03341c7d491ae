"""Shapes, faces, stickers and blocks of text over a picture, of drawn size."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from lookalike.evaluation.edits.draws import coin, drawn_ground, log_uniform
from lookalike.evaluation.edits.geometry import BICUBIC, BLACK, WHITE, frame
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.lettering import font, ink_on, phrase
from lookalike.evaluation.edits.shapes import drawn_face, drawn_shape

_MAX_TURN = 25
"""Degrees by which a sticker is turned."""


def random_face(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A round face over 5 to 70 % of the picture, anywhere."""
    sticker = drawn_face(_side(picture, rng) * 2 / math.sqrt(math.pi), rng)
    return _stuck_on(picture, sticker, rng)


def random_shape(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A star, an arrow, a heart, a price burst, a disc or a badge in a box of 5 to 70 %."""
    return _stuck_on(picture, drawn_shape(_side(picture, rng), rng), rng)


def random_stickers(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Three to seven small stickers in a row or scattered."""
    side = rng.uniform(0.08, 0.2) * min(picture.size)
    number = int(rng.integers(3, 8))
    places = rng.uniform(0, 1, (number, 2))
    if coin(rng, 0.6):
        places[:, int(rng.integers(2))] = rng.choice([0.0, 1.0, rng.uniform()])
        places[:, places.std(axis=0).argmax()] = np.linspace(0, 1, number)
    covered = picture.copy()
    for x, y in places.tolist():
        sticker = drawn_face(side, rng) if coin(rng) else drawn_shape(side, rng)
        spot = (round(x * (picture.width - side)), round(y * (picture.height - side)))
        covered.paste(sticker.convert("RGB"), spot, sticker.getchannel("A"))
    return covered


def random_writing(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Two to eight lines of text in any colour, half of them on a plate."""
    size = log_uniform(rng, 0.035, 0.16) * picture.height
    words = max(1, round(rng.uniform(0.5, 1.1) * picture.width / (size * 3)))
    lines = "\n".join(phrase(rng, words) for _ in range(int(rng.integers(2, 9))))
    covered, colour = picture.copy(), drawn_ground(rng)
    draw = ImageDraw.Draw(covered)
    spot = tuple(rng.uniform((-0.05, 0), (0.3, 0.6)) * picture.size)
    corner = (float(spot[0]), float(spot[1]))
    box = draw.multiline_textbbox(corner, lines, font(size))
    if coin(rng):
        margin = size * rng.uniform(0.2, 0.8)
        plate = (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin)
        draw.rectangle(plate, colour)
        draw.multiline_text(corner, lines, ink_on(colour), font(size))
    else:
        draw.multiline_text(corner, lines, colour, font(size))
    return covered


def random_meme(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Bars with text above, below or both, or outlined capitals on the picture."""
    heights = rng.uniform(0.1, 0.3, 2)
    if coin(rng):
        heights[int(rng.integers(2))] = 0
    top, bottom = (float(height) for height in heights)
    if coin(rng, 0.35):
        return _captioned(picture.copy(), (top, bottom), WHITE, rng)
    ground = BLACK if coin(rng) else WHITE
    framed = frame(picture, (0, top, 0, bottom), ground)
    shares = (top * picture.height / framed.height, bottom * picture.height / framed.height)
    return _captioned(framed, shares, ink_on(ground), rng)


COVERS: dict[str, Change] = {
    family.__name__: family
    for family in (random_face, random_shape, random_stickers, random_writing, random_meme)
}
"""Families of covers, by name."""


def _side(picture: Image.Image, rng: np.random.Generator) -> float:
    """Side of a square over 5 to 70 % of the picture's area; small ones are more frequent."""
    return math.sqrt(log_uniform(rng, 0.05, 0.7) * picture.width * picture.height)


def _stuck_on(picture: Image.Image, sticker: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Paste a sticker, turned a little, whose centre is where it covers most of its size."""
    if coin(rng):
        sticker = sticker.rotate(rng.uniform(-_MAX_TURN, _MAX_TURN), BICUBIC)
    spot = [
        _place(length, size, rng) for length, size in zip(picture.size, sticker.size, strict=True)
    ]
    covered = picture.copy()
    covered.paste(sticker.convert("RGB"), (spot[0], spot[1]), sticker.getchannel("A"))
    opacity = 1.0 if coin(rng, 0.7) else rng.uniform(0.6, 1)
    return Image.blend(picture, covered, opacity)


def _place(length: int, size: int, rng: np.random.Generator) -> int:
    """Start of a sticker on a side: within it, or in the middle of a side that is too short."""
    room = length - size
    return round(room * rng.uniform(0, 1)) if room >= 0 else round(room / 2)


def _captioned(
    picture: Image.Image,
    shares: tuple[float, float],
    ink: tuple[int, int, int],
    rng: np.random.Generator,
) -> Image.Image:
    """Write outlined capitals into the upper and lower share of the height."""
    draw = ImageDraw.Draw(picture)
    for share, middle in zip(shares, (shares[0] / 2, 1 - shares[1] / 2), strict=True):
        text = phrase(rng, int(rng.integers(2, 6))).upper()
        size = min(share * picture.height * 0.6, picture.width * 1.4 / len(text))
        if share:
            draw.text(
                (picture.width / 2, middle * picture.height),
                text,
                ink,
                font(size),
                anchor="mm",
                stroke_width=round(size * 0.07),
                stroke_fill=BLACK if ink == WHITE else WHITE,
            )
    return picture
