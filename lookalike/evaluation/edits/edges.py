"""Rounded corners and drop shadows."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

from lookalike.evaluation.edits.geometry import BLACK

_FINER = 2
"""Corners are drawn larger by this factor, so that their edges are smooth."""


def rounded_mask(size: tuple[int, int], radius: float) -> Image.Image:
    """Opacity of a rectangle whose corners have this radius in pixels."""
    if radius <= 0:
        return Image.new("L", size, 255)
    width, height = size
    large = Image.new("L", (width * _FINER, height * _FINER))
    box = (0, 0, width * _FINER - 1, height * _FINER - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius * _FINER, fill=255)
    return large.resize(size, Image.Resampling.BOX)


def rounded(picture: Image.Image, radius: float) -> Image.Image:
    """The picture in RGBA with corners of this radius in pixels."""
    card = picture.convert("RGBA")
    card.putalpha(rounded_mask(picture.size, radius))
    return card


def paste_with_shadow(
    canvas: Image.Image, card: Image.Image, corner: tuple[int, int], depth: float, opacity: float
) -> None:
    """Paste a card, which may reach over the edges of the canvas, and its shadow under it.

    Args:
        canvas: an RGB picture, which is changed.
        card: an RGBA picture.
        corner: left and top of the card on the canvas, in pixels.
        depth: by how much the shadow is blurred, and half of that lower, in pixels.
        opacity: of the shadow, 0 to 1; 0 draws none.
    """
    x, y = corner
    if opacity > 0:
        margin = round(depth * 3)
        size = (card.width + 2 * margin, card.height + 2 * margin)
        shade = Image.new("L", size)
        shade.paste(card.getchannel("A").point(lambda level: level * opacity), (margin, margin))
        shade = shade.filter(ImageFilter.GaussianBlur(depth))
        canvas.paste(BLACK, (x - margin, y - margin + round(depth / 2)), shade)
    canvas.paste(card.convert("RGB"), (x, y), card.getchannel("A"))
