"""Methods of one binary hash a picture: similarity is the share of equal bits."""

from __future__ import annotations

import io
from abc import abstractmethod
from collections.abc import Mapping

import imagehash
import numpy as np
import pdqhash  # type: ignore[import-untyped]
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps

from lookalike.evaluation.methods.method import TOP, Hit, Index, Method

Bits = NDArray[np.bool_]
"""One hash or several, the last axis its bits."""
CANVAS = 512
"""Side of imageSearch's canvas, in pixels."""


class HashMethod(Method):
    """Stores one hash, searches with one or several forms of the query."""

    def describe(self, picture: bytes) -> bytes:
        """The hash, packed."""
        return np.packbits(self.stored(decoded(picture))).tobytes()

    def index(self, described: Mapping[str, bytes]) -> Index:
        """All hashes side by side."""
        return _HashIndex(self, described)

    @abstractmethod
    def stored(self, picture: Image.Image) -> Bits:
        """The hash of a catalogue picture, shape (bits,)."""

    def queried(self, picture: Image.Image) -> Bits:
        """The hashes of a query, shape (forms, bits)."""
        return self.stored(picture)[None]

    def similarity(self, query: bytes, picture: bytes) -> float:
        """Of two picture files, 0 to 1."""
        return self.index({"": self.describe(picture)}).search(query, frozenset())[0].score


class _HashIndex(Index):
    def __init__(self, method: HashMethod, described: Mapping[str, bytes]) -> None:
        self._method = method
        self._ids = list(described)
        self._rows = {entity_id: row for row, entity_id in enumerate(self._ids)}
        self._hashes = _words(b"".join(described.values()), len(self._ids))

    def search(self, query: bytes, without: frozenset[str], top: int = TOP) -> list[Hit]:
        forms = self._method.queried(decoded(query))
        words = _words(np.packbits(forms, axis=1).tobytes(), len(forms))
        differing = np.bitwise_count(self._hashes[:, None] ^ words[None])
        bits = differing.sum(axis=2, dtype=np.int64).min(axis=1)
        excluded = [self._rows[name] for name in without if name in self._rows]
        bits[excluded] = forms.shape[1] + 1
        best = np.argsort(bits, kind="stable")[: min(top, len(bits) - len(excluded))]
        return [Hit(self._ids[row], 1 - int(bits[row]) / forms.shape[1]) for row in best]


class PlainPHash(HashMethod):
    """``imagehash.phash`` as everybody uses it."""

    name = "phash"
    title = "pHash, 64 bit"
    side = 8

    def stored(self, picture: Image.Image) -> Bits:
        """64 bits."""
        bits: Bits = imagehash.phash(picture, hash_size=self.side).hash
        return bits.ravel()


class LongPHash(PlainPHash):
    """Four times the bits, as in perception's benchmark."""

    name = "phash256"
    title = "pHash, 256 bit"
    side = 16


class ImageSearch(HashMethod):
    """The method of the public project Entro01/imageSearch.

    ``application_phash.py`` there: the long side resized to 512 with Lanczos, centred on a white
    canvas of 512 x 512, ``imagehash.phash``.
    """

    name = "imagesearch"
    title = "imageSearch"

    def stored(self, picture: Image.Image) -> Bits:
        """64 bits."""
        ratio = CANVAS / max(picture.size)
        width, height = (max(1, int(side * ratio)) for side in picture.size)
        small = picture.resize((width, height), Image.Resampling.LANCZOS)
        canvas = Image.new("RGB", (CANVAS, CANVAS), (255, 255, 255))
        canvas.paste(small, ((CANVAS - width) // 2, (CANVAS - height) // 2))
        bits: Bits = imagehash.phash(canvas).hash
        return bits.ravel()


class Pdq(HashMethod):
    """PDQ by Meta (facebook/ThreatExchange), the query in its eight flips and turns."""

    name = "pdq"
    title = "PDQ"

    def stored(self, picture: Image.Image) -> Bits:
        """256 bits."""
        return np.asarray(pdqhash.compute(np.asarray(picture))[0], np.bool_)

    def queried(self, picture: Image.Image) -> Bits:
        """256 bits in eight forms."""
        return np.asarray(pdqhash.compute_dihedral(np.asarray(picture))[0], np.bool_)


def decoded(picture: bytes) -> Image.Image:
    """The whole picture, upright and in RGB, at full size."""
    pillow_heif.register_heif_opener()
    with Image.open(io.BytesIO(picture)) as opened:
        return ImageOps.exif_transpose(opened).convert("RGB")


def _words(packed: bytes, rows: int) -> NDArray[np.uint64]:
    return np.frombuffer(packed, np.uint64).reshape(rows, -1)
