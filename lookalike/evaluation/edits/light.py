"""Exposure, tone, white balance and mild filters: nothing that a person calls another colour."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageEnhance

_PALEST_BLACK = 22
"""Grey level of black in a faded print."""


def brightness(picture: Image.Image, factor: float) -> Image.Image:
    """All levels multiplied."""
    return ImageEnhance.Brightness(picture).enhance(factor)


def contrast(picture: Image.Image, factor: float) -> Image.Image:
    """The distance of all levels from the mean grey multiplied."""
    return ImageEnhance.Contrast(picture).enhance(factor)


def saturation(picture: Image.Image, factor: float) -> Image.Image:
    """The distance of all colours from their grey multiplied: 0 is greyscale."""
    return ImageEnhance.Color(picture).enhance(factor)


def sharpness(picture: Image.Image, factor: float) -> Image.Image:
    """More than 1 sharpens, less softens."""
    return ImageEnhance.Sharpness(picture).enhance(factor)


def gamma(picture: Image.Image, exponent: float) -> Image.Image:
    """A tone curve."""
    return _curve(picture, lambda level: 255 * (level / 255) ** exponent)


def white_balance(picture: Image.Image, red: float, blue: float) -> Image.Image:
    """Red and blue multiplied."""
    gains = (red, 1.0, blue)
    return picture.point([min(255, round(level * gain)) for gain in gains for level in range(256)])


def vintage(picture: Image.Image) -> Image.Image:
    """A faded print: pale blacks, weaker and slightly warmer colours."""
    paler = 1 - _PALEST_BLACK / 255
    faded = _curve(saturation(picture, 0.75), lambda level: _PALEST_BLACK + level * paler)
    return white_balance(faded, 1.04, 0.95)


def cool(picture: Image.Image) -> Image.Image:
    """A cold filter with more contrast."""
    return white_balance(contrast(picture, 1.1), 0.94, 1.07)


def _curve(picture: Image.Image, tone: Callable[[float], float]) -> Image.Image:
    return picture.point([round(tone(level)) for level in range(256)] * 3)
