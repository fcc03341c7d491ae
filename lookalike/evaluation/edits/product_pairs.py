"""Two products in one picture: another print on one garment, another label on one pack.

Only mock-ups and packshots have all but a print in common. Two photographs of real scenes never do:
there, what agrees everywhere else proves one photograph. So these pairs are on plain ground.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from lookalike.evaluation.edits.backgrounds import Mask, foreground, on_plain_ground
from lookalike.evaluation.edits.draws import coin
from lookalike.evaluation.edits.geometry import Colour, crop_to_area
from lookalike.evaluation.edits.kinds import Pairing
from lookalike.evaluation.edits.lettering import drawn_colour, font, ink_on, phrase
from lookalike.evaluation.edits.levels import lab_of
from lookalike.evaluation.edits.prints import (
    CARTON,
    Place,
    box_of,
    drawn_place,
    drawn_print,
    printed,
    product_mask,
)
from lookalike.evaluation.edits.quality import LANCZOS
from lookalike.evaluation.edits.recolourings import turn_hue

_Pair = tuple[Image.Image, Image.Image]

_SIDE = 192
"""Pixels of the longer side at which the two pictures have to look different at a glance."""
_MIN_DELTA_E = 12.0
"""Delta E (CIE 1976) from which a pixel looks different at once: six times what is just seen."""
_MIN_PIXELS = 24
"""Pixels that have to look different: some two letters."""
_MAX_DRAWS = 12
"""Pairs that are drawn at most; one in fifteen strips is drawn anew, and hardly any other label."""


def other_print(stored: Image.Image, other: Image.Image, rng: np.random.Generator) -> _Pair:
    """The stored picture's garment with two prints, parts of the other picture among them.

    Half of them stand at one place. The others have sizes of their own, so that the garment shows
    in one picture where it is printed in the other: an overlay never uncovers anything.
    """
    stored = on_plain_ground(stored)
    mask = product_mask(stored)

    def pair() -> _Pair:
        place = drawn_place(mask, rng)
        places = (place, place if coin(rng) else drawn_place(mask, rng))
        first, second = (
            printed(stored, drawn_print(each.size, other, rng), each, mask) for each in places
        )
        return first, second

    return _told_apart(pair)


def other_label(stored: Image.Image, other: Image.Image, rng: np.random.Generator) -> _Pair:
    """The stored picture's pack with two panels over 10 to 40 % of it.

    They have one layout, and differ in colour, words and picture, as flavours do.
    """
    return _labelled(stored, rng, (0.10, 0.40), partial(_label, other=other))


def other_strip(stored: Image.Image, _: Image.Image, rng: np.random.Generator) -> _Pair:
    """The stored picture's pack with two thin strips over 3 to 8 % of it: colour and words."""
    return _labelled(stored, rng, (0.03, 0.08), _label)


def other_words(stored: Image.Image, _: Image.Image, rng: np.random.Generator) -> _Pair:
    """The stored picture's pack with a label over 4 to 20 % of it, of which one line differs."""
    return _labelled(stored, rng, (0.04, 0.20), _worded)


PRODUCT_PAIRS: dict[str, Pairing] = {
    "other_print": other_print,
    "other_label": other_label,
    "other_strip": other_strip,
    "other_words": other_words,
}
"""Pairs of two products in one photograph, by what differs."""


def _told_apart(draw: Callable[[], _Pair]) -> _Pair:
    """The first of some drawn pairs whose pictures look different, or else the most different one.

    A strip may lie beside the product, or have its colours. A pair that looks the same would teach
    that a copy is another product.
    """
    drawn: list[tuple[int, _Pair]] = []
    for _ in range(_MAX_DRAWS):
        pair = draw()
        drawn.append((_pixels_apart(*pair), pair))
        if drawn[-1][0] >= _MIN_PIXELS:
            break
    return max(drawn, key=lambda each: each[0])[1]


def _pixels_apart(first: Image.Image, second: Image.Image) -> int:
    """How many pixels look different in two pictures of one size, reduced to ``_SIDE``."""
    before, after = (
        lab_of(ImageOps.contain(each.convert("RGB"), (_SIDE, _SIDE), LANCZOS))
        for each in (first, second)
    )
    return int((np.linalg.norm(before - after, axis=2) >= _MIN_DELTA_E).sum())


def _labelled(
    stored: Image.Image,
    rng: np.random.Generator,
    area: tuple[float, float],
    label: Callable[[Image.Image, int, np.random.Generator], Image.Image],
) -> _Pair:
    """The stored picture's pack with two labels of one layout over this share of it."""
    stored = on_plain_ground(stored)
    mask = foreground(stored)

    def pair() -> _Pair:
        place = _band(mask, rng.uniform(*area), rng)
        own = stored.crop(place.box)
        layout = int(rng.integers(2**31))
        labels = [label(own, layout, rng) for _ in range(2)]
        first, second = (printed(stored, each, place, mask, CARTON) for each in labels)
        return first, second

    return _told_apart(pair)


def _band(mask: Mask, area: float, rng: np.random.Generator) -> Place:
    """A place of this share of the pack's box: a band over its width, or a panel."""
    left, top, right, bottom = box_of(mask)
    width, height = right - left, bottom - top
    wide = rng.uniform(0.85, 1.0) if coin(rng) else rng.uniform(math.sqrt(area), 0.85)
    high = min(0.9, area / wide)
    x = left + round(width * rng.uniform(0, 1 - wide))
    y = top + round(height * rng.uniform(0.05, max(0.05, 0.95 - high)))
    box = (x, y, x + max(12, round(width * wide)), y + max(8, round(height * high)))
    return Place(box, 0.0, 0.002 * max(mask.shape), int(rng.integers(2**31)))


def _label(
    own: Image.Image, layout: int, rng: np.random.Generator, other: Image.Image | None = None
) -> Image.Image:
    """A label: ground, two lines of words, and part of another picture beside them."""
    fixed = np.random.default_rng(layout)
    ground, ink = _ground(own, fixed, rng)
    width, height = ground.size
    if other is not None:
        share, x = fixed.uniform(0.25, 0.45), fixed.choice([0.04, 0.52])
        side = (max(4, round(width * share)), max(4, round(height * fixed.uniform(0.5, 0.9))))
        shown = ImageOps.fit(crop_to_area(other, rng.uniform(0.15, 0.4), rng), side, LANCZOS)
        ground.paste(shown, (round(width * x), (height - side[1]) // 2))
    middle = 0.5 if other is None else (0.75 if x < 0.5 else 0.27)  # noqa: PLR2004 - left half
    _write(ground, ink, middle, fixed, rng)
    return ground.convert("RGBA")


def _ground(
    own: Image.Image, fixed: np.random.Generator, rng: np.random.Generator
) -> tuple[Image.Image, Colour]:
    """A colour that runs into another one, or what is there in another hue; and a colour of ink."""
    if coin(fixed, 0.35):
        turned = turn_hue(own, rng.uniform(40, 320))
        return turned, ink_on(_mean(turned))
    colour, end = drawn_colour(rng), drawn_colour(rng)
    ramp = Image.linear_gradient("L").resize(own.size).point(lambda level: level * 0.4)
    first, last = (Image.new("RGB", own.size, shade) for shade in (colour, end))
    ground = Image.composite(last, first, ramp)
    return ground, ink_on(_mean(ground))


def _mean(picture: Image.Image) -> Colour:
    red, green, blue = picture.resize((1, 1), Image.Resampling.BOX).tobytes()
    return red, green, blue


def _write(
    label: Image.Image,
    ink: Colour,
    middle: float,
    fixed: np.random.Generator,
    rng: np.random.Generator,
) -> None:
    """One to three lines of words, of sizes that the layout decides on."""
    draw, lines = ImageDraw.Draw(label), int(fixed.integers(1, 4))
    room = label.width * (0.9 if middle == 0.5 else 0.42)  # noqa: PLR2004 - no picture beside
    for line in range(lines):
        text = phrase(rng, int(fixed.integers(1, 3)))
        size = min(label.height * 0.8 / lines, room * 1.7 / len(text)) * fixed.uniform(0.7, 1)
        spot = (label.width * middle, label.height * (line + 1) / (lines + 1))
        draw.text(spot, text.upper() if line == 0 else text, ink, font(size), anchor="mm")


def _worded(own: Image.Image, layout: int, rng: np.random.Generator) -> Image.Image:
    """A label whose ground, ink and lines the layout decides on, but for the words of one line."""
    fixed = np.random.default_rng(layout)
    ground = own.copy() if coin(fixed) else Image.new("RGB", own.size, drawn_colour(fixed))
    ink = ink_on(_mean(ground)) if coin(fixed) else drawn_colour(fixed)
    draw, lines = ImageDraw.Draw(ground), int(fixed.integers(1, 5))
    differing = int(fixed.integers(lines))
    for line in range(lines):
        words = int(fixed.integers(1, 4))
        size = min(ground.height * 0.8 / lines, ground.width * 0.25 / words) * fixed.uniform(0.6, 1)
        text = phrase(rng if line == differing else fixed, words)
        spot = (ground.width / 2, ground.height * (line + 1) / (lines + 1))
        draw.text(spot, text.upper() if coin(fixed) else text, ink, font(size), anchor="mm")
    return ground.convert("RGBA")
