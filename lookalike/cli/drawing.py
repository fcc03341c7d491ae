"""Draws two pictures side by side, with the area that they share."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFont

from lookalike.api.compare.models import ComparisonEvidence
from lookalike.images.preparation import PreparedPicture
from lookalike.matching.finding import Outline

HEIGHT = 480
GAP = 16
FRAME = 4
SHARED = (0, 150, 90)
CORNERS = (
    (29, 78, 216),
    (180, 83, 9),
    (21, 128, 61),
    (126, 34, 206),
    (190, 18, 60),
    (14, 116, 144),
)
"""Colours of the numbered discs at the corners, in turn; white is legible on each."""
DISC = 11
"""Radius of the discs in pixels."""
SHADE = 0.5
"""Brightness of a picture outside the shared area."""
FINER = 2
"""Lines are drawn this many times as large and then reduced: Pillow draws them jagged."""


def side_by_side(
    a: PreparedPicture, b: PreparedPicture, evidence: ComparisonEvidence
) -> Image.Image:
    """Draw both pictures at one height, with the shared area where it is known.

    The outline of the shared area is green, and the rest is darker. The same corner has the same
    number and colour in both pictures. Where only the size of the area is known, a frame is drawn
    around the whole picture, or around all but its border.
    """
    halves = (
        _half(a, evidence.outline_of_a, evidence.area_of_a),
        _half(b, evidence.outline_of_b, evidence.area_of_b),
    )
    canvas = Image.new("RGB", (sum(half.width for half in halves) + GAP, HEIGHT), "white")
    canvas.paste(halves[0], (0, 0))
    canvas.paste(halves[1], (halves[0].width + GAP, 0))
    return canvas


def _half(picture: PreparedPicture, outline: Outline | None, area: float | None) -> Image.Image:
    if outline is not None:
        return _outlined(picture.whole, outline)
    half = picture.whole.resize(_size(picture.whole))
    if area is not None:
        # Hashes know whole frames only: all of the picture, or all but its border.
        box = picture.trim_box if area < 1 else (0, 0, *picture.whole.size)
        left, top, right, bottom = (round(edge * HEIGHT / picture.whole.height) for edge in box)
        inside = (left, top, right - 1, bottom - 1)
        ImageDraw.Draw(half).rectangle(inside, outline=SHARED, width=FRAME)
    return half


def _size(image: Image.Image) -> tuple[int, int]:
    return max(1, round(image.width * HEIGHT / image.height)), HEIGHT


def _outlined(whole: Image.Image, outline: Outline) -> Image.Image:
    width, height = _size(whole)
    canvas = whole.resize((FINER * width, FINER * height))
    points = [(x * canvas.width, y * canvas.height) for x, y in outline]
    shared = Image.new("L", canvas.size, round(255 * SHADE))
    ImageDraw.Draw(shared).polygon(points, fill=255)
    canvas = ImageChops.multiply(canvas, Image.merge("RGB", [shared] * 3))
    _draw(ImageDraw.Draw(canvas), points)
    return canvas.reduce(FINER)


def _draw(draw: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]]) -> None:
    draw.line([*points, points[0]], fill=SHARED, width=FINER * FRAME)
    radius = FINER * DISC
    font = ImageFont.load_default(1.3 * radius)
    width, height = draw.im.size
    for index, (x, y) in enumerate(points):
        # Discs at the edge stay whole.
        place = (_within(x, radius, width - radius), _within(y, radius, height - radius))
        colour = CORNERS[index % len(CORNERS)]
        draw.circle(place, radius, fill=colour, outline="white", width=FINER)
        draw.text(place, str(index + 1), fill="white", font=font, anchor="mm")


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)
