"""Builders of picture files: every format, every mode, and a corpus of malformed and odd ones."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Iterator
from functools import cache

import numpy as np
import pillow_heif
from PIL import Image

from tests.image_bombs import bombs
from tests.image_chunks import damaged_structures

Named = tuple[str, bytes]


def picture(width: int = 96, height: int = 128, seed: int = 0) -> Image.Image:
    """An RGB picture with shapes and shades that no two seeds share."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 5, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def laid(
    ground: Image.Image, photo: Image.Image, centre: tuple[int, int], degrees: float = 0
) -> Image.Image:
    """The ground with a photograph on it, which is turned clockwise."""
    canvas = ground.copy()
    card = photo.convert("RGBA").rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    canvas.paste(card, (centre[0] - card.width // 2, centre[1] - card.height // 2), card)
    return canvas


def encoded(image: Image.Image, image_format: str, **options: object) -> bytes:
    """The picture as a file of that format."""
    pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


@cache
def every_format() -> dict[str, bytes]:
    """One well-formed 96 x 128 file of each kind, by name with the true ending."""
    first, second = picture(), picture(seed=1)
    both: dict[str, object] = {"save_all": True, "append_images": [second]}
    return {
        "baseline.jpg": encoded(first, "JPEG", quality=90),
        "progressive.jpg": encoded(first, "JPEG", quality=90, progressive=True),
        "grey.jpg": encoded(first.convert("L"), "JPEG"),
        "cmyk.jpg": encoded(first.convert("CMYK"), "JPEG", quality=95),
        "stereo.mpo": encoded(first, "MPO", **both),
        "plain.png": encoded(first, "PNG"),
        "animated.png": encoded(first, "PNG", **both),
        "lossy.webp": encoded(first, "WEBP", quality=90),
        "lossless.webp": encoded(first, "WEBP", lossless=True),
        "animated.webp": encoded(first, "WEBP", lossless=True, **both),
        "plain.gif": encoded(first, "GIF"),
        "animated.gif": encoded(first, "GIF", **both),
        "raw.tif": encoded(first, "TIFF"),
        "lzw.tif": encoded(first, "TIFF", compression="tiff_lzw"),
        "deflate.tif": encoded(first, "TIFF", compression="tiff_adobe_deflate"),
        "jpeg.tif": encoded(first, "TIFF", compression="jpeg"),
        "plain.bmp": encoded(first, "BMP"),
        "plain.avif": encoded(first, "AVIF", quality=90),
        "plain.heic": encoded(first, "HEIF", quality=90),
    }


@cache
def every_mode() -> dict[str, bytes]:
    """One well-formed file of each mode and container that can hold it."""
    rgb = picture()
    modes = {
        "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
        "TIFF": ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "LAB", "YCbCr", "I", "F"),
        "BMP": ("1", "L", "P", "RGB"),
        "WEBP": ("L", "RGB", "RGBA"),
        "GIF": ("1", "L", "P"),
        "AVIF": ("L", "RGB", "RGBA"),
        "HEIF": ("L", "RGB", "RGBA"),
        "JPEG": ("L", "RGB", "CMYK"),
    }
    return {
        f"mode-{mode.replace(';', '')}.{image_format.lower()}": encoded(
            in_mode(rgb, mode), image_format
        )
        for image_format, names in modes.items()
        for mode in names
    }


def in_mode(image: Image.Image, mode: str) -> Image.Image:
    """The picture in any mode, also in those that Pillow does not convert to."""
    if mode == "LAB":
        return Image.merge("LAB", image.split())
    if mode == "I;16":
        return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    return image.convert(mode)


def jpeg_with_exif(exif: bytes, image: Image.Image | None = None) -> bytes:
    """A JPEG that carries these bytes as its EXIF block, whatever they are."""
    return encoded(image or picture(), "JPEG", quality=95, exif=b"Exif\0\0" + exif)


def orientation_exif(value: int) -> bytes:
    """A TIFF structure with nothing but an orientation."""
    entry = struct.pack("<HHIHH", 274, 3, 1, value, 0)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4)


def hostile_images() -> Iterator[Named]:
    """Over 700 malformed or odd files, the same at every call: name and bytes.

    Some of them are fine pictures of a rare kind, most are not: what reads them either
    succeeds or refuses, and survives.
    """
    yield from every_format().items()
    yield from every_mode().items()
    for name, data in every_format().items():
        yield from _truncated(name, data)
        yield from _flipped(name, data)
        yield from _overwritten(name, data)
        yield f"garbage-behind-{name}", data + bytes(range(256)) * 8
        yield f"garbage-before-{name}", b"\0\1\2" + data
    yield from damaged_structures(every_format())
    yield from bombs()
    yield from _of_wrong_type()
    yield from _of_extreme_size()
    yield from _with_odd_metadata()


def _truncated(name: str, data: bytes) -> Iterator[Named]:
    """Cut after the first bytes, throughout, and just before the end."""
    cuts = {1, 4, 12, 24, *(len(data) * k // 8 for k in range(1, 8)), len(data) - 8, len(data) - 1}
    return ((f"cut-at-{cut}-{name}", data[:cut]) for cut in sorted(cuts) if cut < len(data))


def _flipped(name: str, data: bytes) -> Iterator[Named]:
    """One bit or many flipped, mostly near the start, where the structure is."""
    rng = random.Random(name)  # noqa: S311 - reproducible damage
    for number in range(10):
        damaged = bytearray(data)
        reach = 200 if number % 2 else len(data)
        for _ in range(1 + 4 * (number // 5)):
            damaged[rng.randrange(4, min(reach, len(data)))] ^= 1 << rng.randrange(8)
        yield f"flipped-{number}-{name}", bytes(damaged)


def _overwritten(name: str, data: bytes) -> Iterator[Named]:
    """A stretch in the header or in the middle overwritten."""
    for start in (16, 40, len(data) // 2):
        for filling in (0x00, 0xFF):
            damaged = data[:start] + bytes([filling]) * 16 + data[start + 16 :]
            yield f"overwritten-{start}-{filling:02x}-{name}", damaged


def _of_wrong_type() -> Iterator[Named]:
    """Files that are no pictures, and pictures in formats that shops do not use."""
    yield "empty.jpg", b""
    yield "blank.png", b" " * 1000
    yield "page.jpg", b"<!doctype html><html><body>404 Not Found</body></html>"
    yield "drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    yield "document.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj"
    yield "print.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9999 9999\n"
    yield "archive.zip", b"PK\x03\x04" + bytes(60)
    yield "program.exe", b"MZ" + bytes(200)
    yield "zeros.jpg", bytes(4096)
    yield "noise.png", random.Random(3).randbytes(4096)  # noqa: S311 - reproducible
    for image_format in ("PPM", "TGA", "ICO", "PCX", "SGI", "JPEG2000", "DDS", "XBM"):
        image = picture().convert("1") if image_format == "XBM" else picture()
        yield f"other-format.{image_format.lower()}", encoded(image, image_format)


def _of_extreme_size() -> Iterator[Named]:
    """From one pixel to the longest strip a format can hold."""
    for image_format in ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"):
        for size in ((1, 1), (1, 5000), (15, 15), (16, 16), (16, 640), (5000, 20)):
            blank = Image.new("RGB", size, "red")
            yield f"{size[0]}x{size[1]}.{image_format.lower()}", encoded(blank, image_format)
    yield "65000x20.png", encoded(Image.new("L", (65_000, 20)), "PNG")
    yield "65000x20.jpg", encoded(Image.new("L", (65_000, 20)), "JPEG")
    yield "20x65000.tif", encoded(Image.new("1", (20, 65_000)), "TIFF", compression="group4")
    yield "too-many-bytes.jpg", every_format()["baseline.jpg"] + bytes(20 * 2**20)


def _with_odd_metadata() -> Iterator[Named]:
    """EXIF blocks and colour profiles that lie."""
    good = orientation_exif(6)
    for value in range(10):
        yield f"orientation-{value}.jpg", jpeg_with_exif(orientation_exif(value))
    blocks = {
        "empty": b"",
        "garbage": b"\xff" * 300,
        "cut": good[:13],
        "far": b"II*\0\xff\xff\xff\x7f" + good[8:],
        "circular": good[:10] + good[10:22] + struct.pack("<I", 8),
        "countless": b"II*\0" + struct.pack("<IH", 8, 65_535) + good[10:] * 500,
        "wrong-type": good.replace(struct.pack("<HH", 274, 3), struct.pack("<HH", 274, 2)),
    }
    for name, block in blocks.items():
        yield f"exif-{name}.jpg", jpeg_with_exif(block)
        yield f"exif-{name}.webp", encoded(picture(), "WEBP", exif=b"Exif\0\0" + block)
        yield f"exif-{name}.png", encoded(picture(), "PNG", exif=b"Exif\0\0" + block)
    profiles = {"empty": b"\0", "garbage": b"\xff" * 3000, "huge": bytes(3_000_000)}
    for name, profile in profiles.items():
        for image_format in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
            data = encoded(picture(), image_format, icc_profile=profile)
            yield f"profile-{name}.{image_format.lower()}", data
