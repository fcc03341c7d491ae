"""Rotations by any angle, skews, stretches and frames, of drawn strength."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from lookalike.evaluation.edits.draws import coin, drawn_ground, log_uniform, one_of
from lookalike.evaluation.edits.edges import paste_with_shadow, rounded
from lookalike.evaluation.edits.geometry import BICUBIC, Colour, frame, pad, perspective, rotate
from lookalike.evaluation.edits.kinds import Change
from lookalike.evaluation.edits.lettering import drawn_colour, drawn_theme, font, ink_on, phrase
from lookalike.evaluation.edits.quality import LANCZOS

_PAPERS = ((250, 249, 246), (255, 255, 255), (240, 232, 214), (24, 24, 24))
"""Colours of the border of a print."""


def random_rotation(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Turned by any angle, on a canvas or cropped until no corner is empty."""
    degrees = rng.uniform(0, 360)
    turned = rotate(picture, degrees, drawn_ground(rng))
    return turned if coin(rng) else _without_corners(turned, picture.size, degrees)


def random_skew(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Seen from the side by 10 to 30 % of the sides, cropped or on a canvas, or sheared."""
    strength = rng.uniform(0.1, 0.3)
    if coin(rng, 0.4):
        return perspective(picture, strength, rng)
    ground = drawn_ground(rng)
    return _onto_quad(picture, strength, ground, rng) if coin(rng) else _sheared(picture, rng)


def random_stretch(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Width over height times 0.6 to 1.6."""
    factor = math.sqrt(log_uniform(rng, 0.6, 1.6))
    width, height = picture.size
    return picture.resize((max(1, round(width * factor)), max(1, round(height / factor))), LANCZOS)


def random_corners(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Corners rounded by 5 to 50 % of the short side: half of that is a circle or an oval."""
    card = rounded(picture, rng.uniform(0.05, 0.5) * min(picture.size))
    page = Image.new("RGB", picture.size, drawn_ground(rng))
    page.paste(picture, (0, 0), card.getchannel("A"))
    return page


def random_page(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A card with a drop shadow on a page that is 1.1 to 1.7 times as wide."""
    side = min(picture.size)
    left, top, right, bottom = (rng.uniform(0.05, 0.35, 4) * side).round().astype(int).tolist()
    size = (picture.width + left + right, picture.height + top + bottom)
    page = Image.new("RGB", size, drawn_theme(rng).page if coin(rng, 0.7) else drawn_colour(rng))
    card = rounded(picture, rng.uniform(0, 0.1) * side)
    paste_with_shadow(page, card, (left, top), rng.uniform(0.01, 0.05) * side, rng.uniform(0.2, 1))
    return page


def random_photo_frame(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """An instant print with a wide lower border, a mount, or a wooden frame."""
    return one_of(rng, (_instant_print, _mount, _wooden_frame))(picture, rng)


TURNS: dict[str, Change] = {
    family.__name__: family
    for family in (
        random_rotation,
        random_skew,
        random_stretch,
        random_corners,
        random_page,
        random_photo_frame,
    )
}
"""Families of turns and frames, by name."""


def _without_corners(turned: Image.Image, size: tuple[int, int], degrees: float) -> Image.Image:
    """The largest upright rectangle in the middle that shows no canvas."""
    width, height = _inscribed(size, degrees)
    width, height = max(1, math.floor(width) - 2), max(1, math.floor(height) - 2)
    left, top = (turned.width - width) // 2, (turned.height - height) // 2
    return turned.crop((left, top, left + width, top + height))


def _inscribed(size: tuple[int, int], degrees: float) -> tuple[float, float]:
    """Width and height of the largest upright rectangle within a rotated one."""
    width, height = size
    sine, cosine = (abs(f(math.radians(degrees))) for f in (math.sin, math.cos))
    long, short = max(size), min(size)
    if short <= 2 * sine * cosine * long:
        half = short / 2
        wide, high = half / max(sine, 1e-9), half / max(cosine, 1e-9)
        return (wide, high) if width >= height else (high, wide)
    spread = cosine * cosine - sine * sine
    return (width * cosine - height * sine) / spread, (height * cosine - width * sine) / spread


def _onto_quad(
    picture: Image.Image, strength: float, ground: Colour, rng: np.random.Generator
) -> Image.Image:
    """The picture within a quadrilateral whose corners are moved inwards; the rest is ground."""
    width, height = picture.size
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    moved = corners + rng.uniform(0, strength, (4, 2)) * (width, height) * inwards
    inverse = tuple(_projection(moved, corners))
    return picture.transform(
        picture.size, Image.Transform.PERSPECTIVE, inverse, BICUBIC, fillcolor=ground
    )


def _projection(seen: NDArray[np.float64], flat: NDArray[np.float64]) -> list[float]:
    """The eight coefficients that PIL needs to find the flat point of each seen one."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen.tolist(), flat.tolist(), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solution: list[float] = np.linalg.solve(np.array(rows), np.array(values)).tolist()
    return solution


def _sheared(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Each row moved sideways by its height times up to 0.3, on a canvas that holds all."""
    slope = float(rng.uniform(0.1, 0.3) * rng.choice([-1, 1]))
    width, height = picture.size
    shift = abs(slope) * height
    matrix = (1, slope, -shift if slope > 0 else 0.0, 0, 1, 0)
    size = (round(width + shift), height)
    ground = drawn_ground(rng)
    return picture.transform(size, Image.Transform.AFFINE, matrix, BICUBIC, fillcolor=ground)


def _instant_print(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A square or the whole picture with a wide border below, half of them with a line of text."""
    shown = ImageOps.fit(picture, (min(picture.size),) * 2) if coin(rng) else picture
    edge, below = rng.uniform(0.03, 0.09), rng.uniform(0.15, 0.28)
    paper = one_of(rng, _PAPERS)
    card = frame(shown, (edge, edge, edge, below), paper)
    if coin(rng):
        size = below * shown.height * 0.4
        spot = (card.width * 0.12, card.height - below * shown.height * 0.75)
        ImageDraw.Draw(card).text(spot, phrase(rng, 2), ink_on(paper), font(size))
    return card


def _mount(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A narrow dark frame around a wide light mount."""
    mounted = pad(pad(picture, 0.006, (90, 90, 90)), rng.uniform(0.05, 0.18), one_of(rng, _PAPERS))
    return pad(mounted, rng.uniform(0.01, 0.05), drawn_ground(rng))


def _wooden_frame(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Brown boards with a grain along each row, and a dark inner edge."""
    width = round(rng.uniform(0.04, 0.14) * max(picture.size))
    inner = ImageOps.expand(picture, max(1, width // 10), (40, 28, 18))
    size = (inner.width + 2 * width, inner.height + 2 * width)
    grain = rng.normal(0, 9, (size[1], 1, 1)) + rng.normal(0, 3, (size[1], size[0], 1))
    brown = np.array(one_of(rng, ((120, 78, 45), (165, 120, 75), (70, 45, 30)))) + grain
    board = Image.fromarray(np.clip(brown, 0, 255).astype(np.uint8))
    board.paste(inner, (width, width))
    return board
