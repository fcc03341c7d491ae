"""A TIFF is bounded by what every reader makes of its directory."""

from __future__ import annotations

import pytest

from lookalike.errors import ImageCorruptError, ImageTooLargeError
from lookalike.images.containers.tiff import read_tiff
from lookalike.images.decoding import decode
from tests.image_bombs import deep_tiff, doubled_bomb, tile_bomb


def test_should_refuse_a_tag_that_comes_twice() -> None:
    """libtiff would decode tiles of the first size, and the check saw the last."""
    with pytest.raises(ImageCorruptError, match="tag 322 twice"):
        read_tiff(doubled_bomb(side=64))


@pytest.mark.parametrize("kind", [2, 5, 6, 8, 9, 10, 11, 12])
def test_should_refuse_a_layout_in_numbers_of_another_kind(kind: int) -> None:
    """libtiff takes signed numbers, too, which were not looked at."""
    with pytest.raises(ImageCorruptError, match="tag 322"):
        read_tiff(tile_bomb(side=64, kind=kind))


@pytest.mark.parametrize("kind", [3, 4])
def test_should_read_a_tile_as_large_as_it_says(kind: int) -> None:
    assert decode(tile_bomb(side=128, kind=kind)).size == (100, 100)


def test_should_count_the_bytes_of_a_strip() -> None:
    """12 bytes a pixel: 8 in the strip, 4 in the picture."""
    assert decode(deep_tiff(400, 300)).image.mode == "RGBA"
    with pytest.raises(ImageTooLargeError, match=r"6000 x 4000 pixels takes 288 MB.*8 bits"):
        decode(deep_tiff(6_000, 4_000))


def test_should_not_count_rows_that_are_not_there() -> None:
    """Encoders write the largest number where all rows are in one strip."""
    data = deep_tiff(400, 300)
    whole = data.replace(b"\x16\1\4\0\1\0\0\0\x2c\1\0\0", b"\x16\1\4\0\1\0\0\0\xff\xff\xff\xff")
    assert whole != data
    assert decode(whole).size == (400, 300)
