"""Small pictures for groups and reports."""

from __future__ import annotations

from base64 import b64encode

from lookalike.duplicates.groups import Group
from lookalike.fingerprint.signature import SignatureError
from lookalike.fingerprint.thumbnail import as_webp, small_frame
from lookalike.pictures import Fingerprint
from lookalike.storage.interfaces import PictureStore

_QUALITY = 60
_METHOD = 4


def with_thumbnails(group: Group, pictures: PictureStore, side: int) -> Group:
    """The group, each of its pictures with a ``thumbnail`` in base64.

    Args:
        group: as ``GroupBuilder`` builds it.
        pictures: that are stored; one that is gone has an empty thumbnail.
        side: pixels of the long side.
    """
    stored = pictures.get_many(picture["fingerprint_id"] for picture in group["pictures"])
    shown = {
        name: b64encode(_thumbnail(picture.fingerprint, side)).decode()
        for name, picture in stored.items()
    }
    listed = [
        picture | {"thumbnail": shown.get(picture["fingerprint_id"], "")}
        for picture in group["pictures"]
    ]
    return group | {"pictures": listed}


def _thumbnail(fingerprint: Fingerprint, side: int) -> bytes:
    """The trimmed frame of a stored picture as WebP; empty where its signature is broken."""
    try:
        return as_webp(small_frame(fingerprint, side), quality=_QUALITY, method=_METHOD)
    except SignatureError:
        return b""
