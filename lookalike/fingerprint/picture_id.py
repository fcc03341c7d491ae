"""The id of a picture: a digest of its content."""

from __future__ import annotations

import hashlib

from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import PreparedPicture


def picture_id(picture: PreparedPicture) -> str:
    """Name a picture by its content, in 32 hex digits.

    The digest is over the pixels and not over the hashes, which two recolourings of one photograph
    can share.
    """
    digest = hashlib.sha256(f"{ALGORITHM_VERSION} {picture.whole.size}".encode())
    digest.update(picture.whole.tobytes())
    return digest.hexdigest()[:32]
