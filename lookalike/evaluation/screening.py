"""Screens the pictures of a catalogue: which can be matched, and which show the same."""

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

HASH_SIDE = 16
"""Side of the pHash that similar pictures are found by, whatever the methods: 256 bits."""
THUMBNAIL_SIDE = 128


@dataclass(frozen=True, slots=True)
class ScreenedPicture:
    """The facts about a picture that are known before any method has seen it.

    Attributes:
        picture: an id that entries share if they show the same pixels.
        phash: 256 bits of ``imagehash.phash`` of the whole frame, packed.
        thumbnail: its longer side has 128 pixels.
    """

    picture: str
    phash: bytes
    thumbnail: Image.Image


def screen_pictures(
    entries: Sequence[Entry], workers: int
) -> tuple[dict[str, ScreenedPicture], list[Entry], list[Refused]]:
    """The screened pictures by entity id, their entries, and the pictures that were refused."""
    screened: dict[str, ScreenedPicture] = {}
    refused: list[Refused] = []
    found = results(_screen, entries, workers, "Screening pictures")
    for entry, result in zip(entries, found, strict=True):
        if isinstance(result, ScreenedPicture):
            screened[entry.entity_id] = result
        else:
            refused.append(result)
    return screened, [entry for entry in entries if entry.entity_id in screened], refused


def _screen(entry: Entry) -> ScreenedPicture | Refused:
    try:
        picture = prepare(entry.path.read_bytes())
        if quality(picture.whole) < FEATURELESS_BELOW:
            raise ImageFeaturelessError("The picture shows too little to be matched.")
    except FileNotFoundError:
        detail = f"There is no file {entry.path.absolute()}; --images-root names another folder."
        return Refused(entry.domain, entry.entity_id, "image_not_found", detail)
    except OSError as error:
        detail = f"{entry.path} cannot be read: {error.strerror}."
        return Refused(entry.domain, entry.entity_id, "image_not_found", detail)
    except LookalikeError as error:
        return Refused(entry.domain, entry.entity_id, error.code, error.detail)
    bits = imagehash.phash(picture.whole, hash_size=HASH_SIDE).hash
    thumbnail = picture.whole.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return ScreenedPicture(picture_id(picture), np.packbits(bits).tobytes(), thumbnail)


def nearest_unrelated(
    queried: Sequence[Entry], entries: Sequence[Entry], screened: dict[str, ScreenedPicture]
) -> NDArray[np.int64]:
    """Bits (0 to 256) from each queried picture to the most similar one of another product.

    Returns:
        Shape (queried,).
    """
    rows, queries = (_phashes(some, screened) for some in (entries, queried))
    groups = np.array([entry.group for entry in entries])
    found = np.full(len(queried), HASH_SIDE * HASH_SIDE, np.int64)
    for number, (entry, row) in enumerate(zip(queried, queries, strict=True)):
        bits = np.bitwise_count(rows ^ row).sum(axis=1, dtype=np.int64)
        found[number] = bits.min(where=groups != entry.group, initial=HASH_SIDE * HASH_SIDE)
    return found


def _phashes(entries: Sequence[Entry], screened: dict[str, ScreenedPicture]) -> NDArray[np.uint64]:
    packed = b"".join(screened[entry.entity_id].phash for entry in entries)
    return np.frombuffer(packed, np.uint64).reshape(len(entries), -1)
