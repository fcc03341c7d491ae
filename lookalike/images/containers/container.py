"""The result of reading the container of a picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Container:
    """A file whose structure is bounded, ready for the decoder.

    Attributes:
        data: what the decoder reads: the original bytes, or a copy without metadata.
        exif: the EXIF block where it was taken out of ``data``; empty otherwise.
        coefficient_bytes: memory beyond the pixels that decoding takes (multi-scan JPEG).
    """

    data: bytes
    exif: bytes = b""
    coefficient_bytes: int = 0
