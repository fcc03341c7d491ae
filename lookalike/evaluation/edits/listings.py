"""Listings: pictures over each of which its seller has laid something of its own.

Marketplaces put their badges, strips and letters in the same places. There, two listings of one
photograph differ as two products do whose prints differ.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from lookalike.evaluation.edits.draws import coin, log_uniform, one_of
from lookalike.evaluation.edits.kinds import Pairing
from lookalike.evaluation.edits.lettering import drawn_colour, font, ink_on, phrase, price
from lookalike.evaluation.edits.shapes import drawn_shape

_Place = tuple[float, float]
"""Where a thing lies on a picture, from the left and the top: 0 is at that edge, 1 at the other."""
_Overlay = Callable[[Image.Image, _Place, float, np.random.Generator], Image.Image]
"""Lays a thing over a picture, at a place and of a size in pixels; the generator draws the rest."""

_SIZES = (0.06, 0.25)
"""Range of the height of badges and strips, to the picture's shorter side: marketplaces have badges
of a quarter of it."""
_OWN_SIZE = (0.6, 1.5)
"""Range of the factor by which a thing differs in size from what lies in the same place."""
_NEAR_THE_EDGE = 0.05


def own_badges(
    stored: Image.Image, asked: Image.Image, rng: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """A badge in the same corner, or at the same edge, of both."""
    across, down = (_near_an_edge(rng) for _ in range(2))
    place = one_of(rng, ((across, down), (across, down), (across, 0.5), (0.5, down)))
    return _each_its_own(_badge, place, (stored, asked), rng)


def own_strips(
    stored: Image.Image, asked: Image.Image, rng: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """A strip along the upper or the lower edge of both."""
    return _each_its_own(_strip, (0.0, float(coin(rng))), (stored, asked), rng)


def own_letters(
    stored: Image.Image, asked: Image.Image, rng: np.random.Generator
) -> tuple[Image.Image, Image.Image]:
    """Words or a price at the upper or the lower edge of both, without a ground.

    In the middle they would be prints.
    """
    place = (float(rng.uniform(0, 0.5)), one_of(rng, (0.03, 0.97)))
    return _each_its_own(_letters, place, (stored, asked), rng)


LISTINGS: dict[str, Pairing] = {
    "own_badges": own_badges,
    "own_strips": own_strips,
    "own_letters": own_letters,
}
"""By what two sellers lay over their pictures: one for the catalogue, and one to ask about.

What is drawn follows from the generator and the size of the pictures alone.
"""


def _near_an_edge(rng: np.random.Generator) -> float:
    offset = float(rng.uniform(0, _NEAR_THE_EDGE))
    return 1 - offset if coin(rng) else offset


def _each_its_own(
    overlay: _Overlay,
    place: _Place,
    pictures: tuple[Image.Image, Image.Image],
    rng: np.random.Generator,
) -> tuple[Image.Image, Image.Image]:
    share = log_uniform(rng, *_SIZES)
    seeds = (int(rng.integers(2**31)) for _ in pictures)
    first, second = (
        _of_its_own_size(overlay, picture, place, share, np.random.default_rng(seed))
        for picture, seed in zip(pictures, seeds, strict=True)
    )
    return first, second


def _of_its_own_size(
    overlay: _Overlay,
    picture: Image.Image,
    place: _Place,
    share: float,
    rng: np.random.Generator,
) -> Image.Image:
    size = min(picture.size) * share * log_uniform(rng, *_OWN_SIZE)
    return overlay(picture.copy(), place, size, rng)


def _badge(
    picture: Image.Image, place: _Place, size: float, rng: np.random.Generator
) -> Image.Image:
    """A sticker in one of three cases, else a labelled box."""
    return (_sticker if coin(rng, 1 / 3) else _box)(picture, place, size, rng)


def _sticker(
    picture: Image.Image, place: _Place, size: float, rng: np.random.Generator
) -> Image.Image:
    sticker = drawn_shape(size * 1.3, rng)
    x, y = (
        round(share * (side - sticker.width))
        for share, side in zip(place, picture.size, strict=True)
    )
    picture.paste(sticker, (x, y), sticker)
    return picture


def _box(picture: Image.Image, place: _Place, size: float, rng: np.random.Generator) -> Image.Image:
    """A box, rounded or not, or an oval, with a word or a price."""
    width = size * float(rng.uniform(0.9, 2.4))
    x, y = place[0] * (picture.width - width), place[1] * (picture.height - size)
    draw, colour, box = ImageDraw.Draw(picture), drawn_colour(rng), (x, y, x + width, y + size)
    if coin(rng, 1 / 3):
        draw.ellipse(box, fill=colour)
    else:
        draw.rounded_rectangle(box, size * one_of(rng, (0.0, 0.0, 0.2, 0.5)), fill=colour)
    text = one_of(rng, (phrase(rng, 1).upper(), price(rng), f"-{rng.integers(5, 80)} %"))
    letters = font(min(size * 0.5, width * 1.3 / len(text)))
    draw.text((x + width / 2, y + size / 2), text, ink_on(colour), letters, anchor="mm")
    return picture


def _strip(
    picture: Image.Image, place: _Place, size: float, rng: np.random.Generator
) -> Image.Image:
    """A strip over the full width with words, at least 60 % opaque."""
    y, colour, text = place[1] * (picture.height - size), drawn_colour(rng), phrase(rng, 4).upper()
    covered = picture.copy()
    draw = ImageDraw.Draw(covered)
    draw.rectangle((0, y, picture.width, y + size), fill=colour)
    letters = font(min(size * 0.55, picture.width * 1.25 / len(text)))
    spot = (picture.width * rng.uniform(0.05, 0.2), y + size / 2)
    draw.text(spot, text, ink_on(colour), letters, anchor="lm")
    return Image.blend(picture, covered, float(rng.uniform(0.6, 1)))


def _letters(
    picture: Image.Image, place: _Place, size: float, rng: np.random.Generator
) -> Image.Image:
    text = one_of(rng, (phrase(rng, 1), phrase(rng, 2).title(), price(rng)))
    height = size * 0.8
    spot = (place[0] * picture.width, place[1] * (picture.height - height))
    ImageDraw.Draw(picture).text(spot, text, drawn_colour(rng), font(height))
    return picture
