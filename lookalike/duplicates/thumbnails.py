"""Small pictures for reports, from stored signatures: the files themselves are not needed."""

from __future__ import annotations

import io
from base64 import b64encode

from PIL import Image

from lookalike.duplicates.groups import Group
from lookalike.fingerprint.signature import SignatureError, decode
from lookalike.pictures import Fingerprint
from lookalike.storage.interfaces import PictureStore

_QUALITY = 60


def with_thumbnails(group: Group, pictures: PictureStore, side: int) -> Group:
    """The group, each of its pictures with a ``thumbnail`` in base64.

    Args:
        group: as ``GroupBuilder`` builds it.
        pictures: that are stored; one that is gone has an empty thumbnail.
        side: pixels of the long side.
    """
    stored = pictures.get_many(picture["fingerprint_id"] for picture in group["pictures"])
    shown = {
        name: b64encode(thumbnail(picture.fingerprint, side)).decode()
        for name, picture in stored.items()
    }
    listed = [
        picture | {"thumbnail": shown.get(picture["fingerprint_id"], "")}
        for picture in group["pictures"]
    ]
    return group | {"pictures": listed}


def thumbnail(fingerprint: Fingerprint, side: int) -> bytes:
    """The trimmed frame of a stored picture as WebP; empty where its signature is broken.

    Args:
        fingerprint: of the picture.
        side: pixels of the long side.
    """
    try:
        square = decode(fingerprint.signature).thumbnail
    except SignatureError:
        return b""
    left, top, right, bottom = fingerprint.trim_box
    sides = fingerprint.width * (right - left), fingerprint.height * (bottom - top)
    width, height = (max(1, round(side * each / max(sides))) for each in sides)
    buffer = io.BytesIO()
    square.resize((width, height), Image.Resampling.LANCZOS).save(buffer, "WEBP", quality=_QUALITY)
    return buffer.getvalue()
