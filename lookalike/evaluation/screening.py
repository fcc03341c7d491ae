"""A first look at every picture: whether it can be matched, and what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lookalike.errors import ImageFeaturelessError, LookalikeError
from lookalike.evaluation.catalogues import Entry, Refused
from lookalike.evaluation.parallel import results
from lookalike.fingerprint.picture_id import picture_id
from lookalike.fingerprint.quality import quality
from lookalike.images.preparation import prepare
from lookalike.pictures import FEATURELESS_BELOW

SIDE = 16
"""Of the hash by which pictures are said to look alike: 256 bits of plain pHash."""
THUMBNAIL_SIDE = 128


@dataclass(frozen=True, slots=True)
class Look:
    """What every picture is known by, whatever the method.

    Attributes:
        picture: equal for entries that show the same pixels.
        phash: 256 bits of ``imagehash.phash`` of the whole frame, packed.
        thumbnail: its longer side has 128 pixels.
    """

    picture: str
    phash: bytes
    thumbnail: Image.Image


def look_at_all(
    entries: Sequence[Entry], workers: int
) -> tuple[dict[str, Look], list[Entry], list[Refused]]:
    """A look at each picture, by entity id; the entries that have one; and what was refused."""
    looks: dict[str, Look] = {}
    refused: list[Refused] = []
    found = results(_look_at, entries, workers, "Looking at the pictures")
    for entry, seen in zip(entries, found, strict=True):
        if isinstance(seen, Look):
            looks[entry.entity_id] = seen
        else:
            refused.append(seen)
    return looks, [entry for entry in entries if entry.entity_id in looks], refused


def _look_at(entry: Entry) -> Look | Refused:
    try:
        picture = prepare(entry.path.read_bytes())
        if quality(picture.whole) < FEATURELESS_BELOW:
            raise ImageFeaturelessError("The picture shows too little to be matched.")
    except OSError as error:
        detail = f"{entry.path} cannot be read: {error.strerror}."
        return Refused(entry.domain, entry.entity_id, "image_not_found", detail)
    except LookalikeError as error:
        return Refused(entry.domain, entry.entity_id, error.code, error.detail)
    bits = imagehash.phash(picture.whole, hash_size=SIDE).hash
    thumbnail = picture.whole.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Look(picture_id(picture), np.packbits(bits).tobytes(), thumbnail)


def nearest_stranger(
    asked: Sequence[Entry], entries: Sequence[Entry], looks: dict[str, Look]
) -> NDArray[np.int64]:
    """For each asked entry, bits (0 to 256) to the most similar picture of another group."""
    rows, queries = (
        np.frombuffer(b"".join(looks[e.entity_id].phash for e in some), np.uint64).reshape(
            len(some), -1
        )
        for some in (entries, asked)
    )
    groups = np.array([entry.group for entry in entries])
    found = np.full(len(asked), SIDE * SIDE, np.int64)
    for number, (entry, row) in enumerate(zip(asked, queries, strict=True)):
        strangers = groups != entry.group
        bits = np.bitwise_count(rows ^ row).sum(axis=1, dtype=np.int64)
        found[number] = bits.min(where=strangers, initial=SIDE * SIDE)
    return found
