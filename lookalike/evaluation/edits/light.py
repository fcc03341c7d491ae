"""Exposure, tone, white balance and mild filters, which people do not call another colour."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageEnhance

_FADED_BLACK = 22
"""Grey level of black in a faded print."""


def brightness(picture: Image.Image, factor: float) -> Image.Image:
    """Multiply all levels."""
    return ImageEnhance.Brightness(picture).enhance(factor)


def contrast(picture: Image.Image, factor: float) -> Image.Image:
    """Multiply the distance of all levels from the mean grey."""
    return ImageEnhance.Contrast(picture).enhance(factor)


def saturation(picture: Image.Image, factor: float) -> Image.Image:
    """Multiply the distance of all colours from their grey; 0 gives greyscale."""
    return ImageEnhance.Color(picture).enhance(factor)


def sharpness(picture: Image.Image, factor: float) -> Image.Image:
    """Sharpen (factor above 1) or soften (below 1)."""
    return ImageEnhance.Sharpness(picture).enhance(factor)


def gamma(picture: Image.Image, exponent: float) -> Image.Image:
    """Apply a gamma curve."""
    return _curve(picture, lambda level: 255 * (level / 255) ** exponent)


def white_balance(picture: Image.Image, red: float, blue: float) -> Image.Image:
    """Multiply red and blue."""
    gains = (red, 1.0, blue)
    return picture.point([min(255, round(level * gain)) for gain in gains for level in range(256)])


def vintage(picture: Image.Image) -> Image.Image:
    """Imitate a faded print: pale blacks, weaker and slightly warmer colours."""
    paler = 1 - _FADED_BLACK / 255
    faded = _curve(saturation(picture, 0.75), lambda level: _FADED_BLACK + level * paler)
    return white_balance(faded, 1.04, 0.95)


def cool(picture: Image.Image) -> Image.Image:
    """Apply a cool filter with more contrast."""
    return white_balance(contrast(picture, 1.1), 0.94, 1.07)


def _curve(picture: Image.Image, tone: Callable[[float], float]) -> Image.Image:
    return picture.point([round(tone(level)) for level in range(256)] * 3)
