"""Photographs that the tests of verification share."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture(scope="session")
def photos(sample_pictures: tuple[Path, ...]) -> tuple[Image.Image, ...]:
    """Some photographs of the sample catalogue."""
    return tuple(Image.open(path).convert("RGB") for path in sample_pictures[:120:29])
