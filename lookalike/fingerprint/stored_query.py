"""A stored picture as a query: all pictures of a catalogue can be compared without their files.

A query is verified by its frame, its cells and its hashes. Of a stored picture the signature has
the frame as a thumbnail of 288 pixels a side, which is as fine as any candidate is compared, and
one bit for each number of the cells, which is what candidates have. What that costs in accuracy is
in ``docs/duplicates.md``.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.layout import HashRows
from lookalike.fingerprint.phash import FORMS, SIDE, PHash
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.fingerprint.signature import CELL_BITS, THUMBNAIL_PIXELS, Signature, decode
from lookalike.images.limits import MAX_ASPECT
from lookalike.images.preparation import PreparedPicture
from lookalike.pictures import Fingerprint


def stored_query(fingerprint: Fingerprint) -> tuple[PreparedPicture, QueryFingerprint]:
    """The trimmed frame of a stored picture as a prepared picture, and its fingerprint as a query.

    Raises:
        SignatureError: the stored signature cannot be read.
    """
    signature = decode(fingerprint.signature)
    picture = _prepared(signature, fingerprint)
    rows = {
        PHash.layout.name: _phash_rows(signature.thumbnail, fingerprint),
        DeepHash.layout.name: _row(fingerprint, "deep"),
    }
    cells = signature.codes / np.float32(CELL_BITS**0.5)
    return picture, QueryFingerprint(fingerprint, rows, cells)


def stored_picture(fingerprint: Fingerprint) -> PreparedPicture:
    """The trimmed frame of a stored picture, as fine as its thumbnail is.

    Raises:
        SignatureError: the stored signature cannot be read.
    """
    return _prepared(decode(fingerprint.signature), fingerprint)


def _prepared(signature: Signature, fingerprint: Fingerprint) -> PreparedPicture:
    frame = _in_shape(signature.thumbnail, fingerprint)
    return PreparedPicture(frame, (0, 0, *frame.size), fingerprint.width, fingerprint.height)


def _in_shape(thumbnail: Image.Image, fingerprint: Fingerprint) -> Image.Image:
    """The thumbnail, which is square, with the sides of the frame that it shows.

    A frame that is longer than a picture may be, which an imported fingerprint can say, is cut to
    that: its pixels are made here.
    """
    left, top, right, bottom = fingerprint.trim_box
    sides = fingerprint.width * (right - left), fingerprint.height * (bottom - top)
    ratios = (min(MAX_ASPECT, side / min(sides)) for side in sides)
    width, height = (round(THUMBNAIL_PIXELS * ratio) for ratio in ratios)
    return thumbnail.resize((width, height), Image.Resampling.BICUBIC)


def _phash_rows(thumbnail: Image.Image, fingerprint: Fingerprint) -> HashRows:
    """Eight rows for each frame, in the order of ``FORMS``; the whole frame comes first.

    The stored hashes say how the frames lie upright, and the thumbnail how the trimmed one does in
    every other form. With its border the picture is searched upright alone.
    """
    small = thumbnail.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    rows = PHash.rows_of(np.asarray(small, np.float64))
    if "phash_trimmed" not in fingerprint.hashes:
        rows[0] = _row(fingerprint, "phash")
        return rows
    rows[0] = _row(fingerprint, "phash_trimmed")
    return np.concatenate([np.repeat(_row(fingerprint, "phash"), len(FORMS), axis=0), rows])


def _row(fingerprint: Fingerprint, field: str) -> HashRows:
    return np.frombuffer(fingerprint.hashes[field], np.uint8)[None]
