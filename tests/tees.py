"""Drawn shirts in one template: plain, with prints, and under a banner."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

OUTLINE = [(150, 100), (240, 70), (360, 70), (450, 100), (570, 220), (500, 290), (450, 240)]
OUTLINE += [(450, 640), (150, 640), (150, 240), (100, 290), (30, 220)]
SEAMS = [(150, 620, 450, 620), (150, 240, 170, 150), (450, 240, 430, 150)]


def plain_tee() -> Image.Image:
    """The shirt as it is, 600 x 700 pixels."""
    tee = Image.new("RGB", (600, 700), "white")
    draw = ImageDraw.Draw(tee)
    draw.polygon(OUTLINE, "slateblue")
    draw.arc((240, 20, 360, 130), 0, 180, "midnightblue", 6)
    for seam in SEAMS:
        draw.line(seam, "midnightblue", 3)
    return tee.filter(ImageFilter.GaussianBlur(1))


def printed_tee(side: int = 160) -> Image.Image:
    """The shirt with a red square in a white disc of this diameter, in pixels."""
    tee = plain_tee()
    draw = ImageDraw.Draw(tee)
    disc, square = side // 2, side // 4
    draw.ellipse((300 - disc, 300 - disc, 300 + disc, 300 + disc), "white")
    draw.rectangle((300 - square, 300 - square, 300 + square, 300 + square), "red")
    return tee


def tee_with_print(outer: str, inner: str) -> Image.Image:
    """The shirt with a disc of one colour in a square of another one, 160 pixels wide."""
    tee = plain_tee()
    draw = ImageDraw.Draw(tee)
    draw.rectangle((220, 220, 380, 380), outer)
    draw.ellipse((260, 260, 340, 340), inner)
    return tee


def tee_with_banner() -> Image.Image:
    """The plain shirt above a green banner."""
    tee = plain_tee()
    ImageDraw.Draw(tee).rectangle((0, 600, 600, 700), "darkgreen")
    return tee
