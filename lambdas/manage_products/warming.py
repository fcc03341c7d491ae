"""One fingerprint before a snapshot is taken, so that whoever is restored from it is warm."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.images.preparation import prepare


def warm_up(fingerprinter: Fingerprinter) -> None:
    """Decode and fingerprint a made-up picture. Asks no store: nothing gets connected."""
    file = BytesIO()
    Image.linear_gradient("L").convert("RGB").save(file, "JPEG")
    fingerprinter.fingerprint(prepare(file.getvalue()))
