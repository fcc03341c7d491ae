"""Small pictures of what is stored."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager

from lookalike.fingerprint.signature import SignatureError
from lookalike.fingerprint.thumbnail import as_webp, small_picture
from lookalike.storage.interfaces import PictureStore

SIDE = 256
"""Pixels of the long side: what a list shows."""
_QUALITY = 75
_METHOD = 0
"""The fastest: 1.5 ms a picture, of 7 kB."""


class Thumbnails:
    """Makes small pictures of what the signatures of stored pictures have.

    Args:
        pictures: that are stored.
        permit: within which they are made.
    """

    def __init__(
        self,
        pictures: PictureStore,
        permit: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._pictures = pictures
        self._permit = permit

    def data_uris(self, fingerprint_ids: Sequence[str]) -> dict[str, str]:
        """Fingerprint id → the picture as WebP in a ``data:`` URI, in the order of the ids.

        Those that are not stored, or whose signature is broken, are left out.

        Raises:
            TransientError: the store does not answer, or too much is asked of the service.
        """
        return dict(self._made(list(dict.fromkeys(fingerprint_ids))))

    def _made(self, fingerprint_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        stored = self._pictures.get_many(fingerprint_ids)
        with self._permit():
            for name in fingerprint_ids:
                try:
                    small = small_picture(stored[name].fingerprint, SIDE)
                except (KeyError, SignatureError):
                    continue
                file = as_webp(small, quality=_QUALITY, method=_METHOD)
                yield name, f"data:image/webp;base64,{b64encode(file).decode()}"
