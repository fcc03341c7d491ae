"""Methods with one binary hash for each picture; similarity is the share of equal bits."""

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
"""One hash or several; the last axis holds the bits."""
CANVAS = 512
"""Side of imageSearch's canvas, in pixels."""


class HashMethod(Method):
    """Stores one hash for each picture, and searches with one or several hashes of the query."""

    def describe(self, picture: bytes) -> bytes:
        """The hash, packed."""
        return np.packbits(self.stored_hash(decoded(picture))).tobytes()

    def index(
        self,
        described: Mapping[str, bytes],
        skus: Mapping[str, str],  # noqa: ARG002 - hashes know no products
    ) -> Index:
        """An index that compares every query with every hash."""
        return _HashIndex(self, described)

    @abstractmethod
    def stored_hash(self, picture: Image.Image) -> Bits:
        """The hash of a catalogue picture, shape (bits,)."""

    def query_hashes(self, picture: Image.Image) -> Bits:
        """The hashes of a query, shape (forms, bits)."""
        return self.stored_hash(picture)[None]

    def similarity(self, query: bytes, picture: bytes) -> float:
        """The similarity of two image files, 0 to 1."""
        return self.index({"": self.describe(picture)}, {}).search(query, frozenset())[0].score


class _HashIndex(Index):
    def __init__(self, method: HashMethod, described: Mapping[str, bytes]) -> None:
        self._method = method
        self._ids = list(described)
        self._rows = {entity_id: row for row, entity_id in enumerate(self._ids)}
        self._hashes = _words(b"".join(described.values()), len(self._ids))

    def search(self, query: bytes, excluded: frozenset[str], top: int = TOP) -> list[Hit]:
        forms = self._method.query_hashes(decoded(query))
        words = _words(np.packbits(forms, axis=1).tobytes(), len(forms))
        differing = np.bitwise_count(self._hashes[:, None] ^ words[None])
        bits = differing.sum(axis=2, dtype=np.int64).min(axis=1)
        left_out = [self._rows[name] for name in excluded if name in self._rows]
        bits[left_out] = forms.shape[1] + 1
        best = np.argsort(bits, kind="stable")[: min(top, len(bits) - len(left_out))]
        return [Hit(self._ids[row], 1 - int(bits[row]) / forms.shape[1]) for row in best]


class PlainPHash(HashMethod):
    """``imagehash.phash`` with its defaults."""

    name = "phash"
    title = "pHash, 64 bit"
    side = 8

    def stored_hash(self, picture: Image.Image) -> Bits:
        """64 bits, or ``side`` squared in a subclass."""
        bits: Bits = imagehash.phash(picture, hash_size=self.side).hash
        return bits.ravel()


class LongPHash(PlainPHash):
    """pHash with 256 bits, as in perception's benchmark."""

    name = "phash256"
    title = "pHash, 256 bit"
    side = 16


class ImageSearch(HashMethod):
    """The method of the public project Entro01/imageSearch.

    ``application_phash.py`` there resizes the long side to 512 with Lanczos, centres the picture on
    a white canvas of 512 x 512, and computes ``imagehash.phash``.
    """

    name = "imagesearch"
    title = "imageSearch"

    def stored_hash(self, picture: Image.Image) -> Bits:
        """64 bits."""
        return image_search_hash(picture).ravel()


class Pdq(HashMethod):
    """PDQ by Meta (facebook/ThreatExchange), with all eight flips and quarter turns of a query."""

    name = "pdq"
    title = "PDQ"

    def stored_hash(self, picture: Image.Image) -> Bits:
        """256 bits."""
        return np.asarray(pdqhash.compute(np.asarray(picture))[0], np.bool_)

    def query_hashes(self, picture: Image.Image) -> Bits:
        """256 bits of each of eight forms."""
        return np.asarray(pdqhash.compute_dihedral(np.asarray(picture))[0], np.bool_)


def image_search_hash(picture: Image.Image) -> Bits:
    """The hash of imageSearch, shape (8, 8)."""
    ratio = CANVAS / max(picture.size)
    width, height = (max(1, int(side * ratio)) for side in picture.size)
    small = picture.resize((width, height), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (CANVAS, CANVAS), (255, 255, 255))
    canvas.paste(small, ((CANVAS - width) // 2, (CANVAS - height) // 2))
    bits: Bits = imagehash.phash(canvas).hash
    return bits


def decoded(picture: bytes) -> Image.Image:
    """The whole picture, upright and in RGB, at full size."""
    pillow_heif.register_heif_opener()
    with Image.open(io.BytesIO(picture)) as opened:
        return ImageOps.exif_transpose(opened).convert("RGB")


def _words(packed: bytes, rows: int) -> NDArray[np.uint64]:
    return np.frombuffer(packed, np.uint64).reshape(rows, -1)
