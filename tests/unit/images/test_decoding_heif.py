"""AVIF and HEIC files are bounded by what decoding them costs, not by what they say."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pillow_heif
import pytest

from lookalike.errors import ImageCorruptError, ImageTooLargeError
from lookalike.images.containers.heif import coded_pixels, read_heif
from lookalike.images.containers.iso_media import read_items
from lookalike.images.decoding import decode
from tests.image_boxes import Part, box, coded_part, grid_of, heif_bombs, heif_of, size_property
from tests.images import encoded, every_format, picture

FORMATS = every_format()
HEIC = FORMATS["plain.heic"]
AVIF = FORMATS["plain.avif"]
SQUARE = picture(512, 512)
BOMBS = dict(heif_bombs(encoded(SQUARE, "HEIF"), encoded(SQUARE, "AVIF", speed=10)))
TILE = coded_part(encoded(SQUARE, "HEIF"))


def _pixels(data: bytes) -> list[int]:
    return list(coded_pixels(read_items(data)).values())


def _deep(side: int, chroma: int) -> bytes:
    """A HEIC with 10 bits a sample."""
    grey = np.full((side, side, 3), 30_000, np.uint16).tobytes()
    buffer = io.BytesIO()
    pillow_heif.from_bytes("RGB;16", (side, side), grey).save(buffer, chroma=chroma)
    return buffer.getvalue()


@pytest.mark.parametrize("chroma", [420, 422, 444])
def test_should_know_the_size_that_hevc_is_coded_in(chroma: int) -> None:
    """In whole blocks of 16; the margin is cropped."""
    assert _pixels(encoded(picture(96, 128), "HEIF", chroma=chroma)) == [96 * 128]
    assert _pixels(encoded(picture(200, 100), "HEIF", chroma=chroma)) == [200 * 104]


def test_should_count_deep_pixels_by_their_memory() -> None:
    assert _pixels(_deep(256, 420)) == [256 * 256]
    assert _pixels(_deep(256, 444)) == [2 * 256 * 256]


def test_should_count_transparency() -> None:
    assert _pixels(encoded(picture().convert("RGBA"), "HEIF")) == [96 * 128] * 2


@pytest.mark.parametrize("data", [HEIC, AVIF])
def test_should_count_every_frame_of_an_item(data: bytes) -> None:
    assert _pixels(heif_of([coded_part(data, frames=7)])) == [7 * 96 * 128]


def test_should_read_a_picture_of_tiles() -> None:
    """As telephones write them, the last column and row cropped."""
    decoded = decode(heif_of(grid_of(TILE, 2, 3, (1_400, 1_000))))
    assert decoded.size == (1_400, 1_000)
    tile = decode(encoded(picture(512, 512), "HEIF")).image
    assert decoded.image.crop((512, 0, 1_024, 512)).tobytes() == tile.tobytes()


@pytest.mark.parametrize("name", BOMBS)
def test_should_refuse_what_is_decoded_too_often(name: str) -> None:
    with pytest.raises((ImageTooLargeError, ImageCorruptError)):
        read_heif(BOMBS[name])


def test_should_refuse_more_tiles_than_a_picture_needs() -> None:
    with pytest.raises(ImageTooLargeError, match="40000000"):
        read_heif(heif_of(grid_of(TILE, 13, 13, (4_096, 4_096))))


def test_should_count_the_transparency_of_a_tile_as_often_as_the_tile() -> None:
    alpha = replace(coded_part(encoded(picture(512, 512), "HEIF")), belongs_to=2)
    with_one_tile = [replace(grid_of(TILE, 8, 10, (5_120, 4_096))[0], sources=(2,) * 80), TILE]
    read_heif(heif_of(with_one_tile))
    with pytest.raises(ImageTooLargeError, match="41943040 pixels"):
        read_heif(heif_of([*with_one_tile, alpha]))


def test_should_count_shared_bytes_as_often_as_they_are_decoded() -> None:
    comment = b"\0\6\x1a\x80\x50\1" + bytes(400_000 - 2)  # one unit with a message
    padded = replace(TILE, content=TILE.content + comment)
    with pytest.raises(ImageTooLargeError, match="share their bytes"):
        read_heif(heif_of(grid_of(padded, 8, 8, (4_096, 4_096))))


def test_should_refuse_parts_that_are_made_of_parts() -> None:
    derived = Part(b"iden", b"\0\0", (size_property(96, 128),), (2,))
    with pytest.raises(ImageCorruptError):
        read_heif(heif_of([derived, replace(derived, sources=(3,)), coded_part(HEIC)]))
    decode(heif_of([derived, coded_part(HEIC)]))


@pytest.mark.parametrize("kind", [b"iinf", b"iloc", b"iprp", b"iref", b"idat", b"pitm"])
def test_should_refuse_boxes_that_come_twice(kind: bytes) -> None:
    """Decoders take the first, so a second one would hide what they read."""
    again = box(kind, bytes(16))
    with pytest.raises(ImageCorruptError, match="doubled"):
        read_heif(heif_of([coded_part(HEIC)], more=again + again))


def test_should_refuse_absurdly_many_links() -> None:
    parts = [Part(b"mime", b"-", sources=(1,) * 4_900)] * 5
    with pytest.raises(ImageCorruptError):
        read_heif(heif_of([coded_part(HEIC), *parts]))
    many = tuple((b"free", bytes([n])) for n in range(100))
    with pytest.raises(ImageCorruptError):
        read_heif(heif_of([coded_part(HEIC), *[Part(b"mime", b"-", many)] * 250]))
