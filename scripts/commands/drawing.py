"""A picture of what two pictures share."""

from __future__ import annotations

from PIL import Image, ImageDraw

from lambdas.shared.images.preparation import PreparedPicture

HEIGHT = 480
GAP = 16
FRAME = 4
SHARED = (0, 150, 90)


def side_by_side(
    a: PreparedPicture, b: PreparedPicture, area_of_a: float | None, area_of_b: float | None
) -> Image.Image:
    """Both pictures at one height; where the shared area is known, it is framed in green."""
    halves = [_framed(picture, area) for picture, area in ((a, area_of_a), (b, area_of_b))]
    canvas = Image.new("RGB", (sum(half.width for half in halves) + GAP, HEIGHT), "white")
    canvas.paste(halves[0], (0, 0))
    canvas.paste(halves[1], (halves[0].width + GAP, 0))
    return canvas


def _framed(picture: PreparedPicture, area: float | None) -> Image.Image:
    image = picture.whole.copy()
    if area is not None:
        # Hashes know whole frames only: all of the picture, or all but its border.
        box = picture.trim_box if area < 1 else (0, 0, *image.size)
        left, top, right, bottom = box
        edge = max(1, round(FRAME * image.height / HEIGHT))
        ImageDraw.Draw(image).rectangle(
            (left, top, right - 1, bottom - 1), outline=SHARED, width=edge
        )
    return image.resize((max(1, round(image.width * HEIGHT / image.height)), HEIGHT))
