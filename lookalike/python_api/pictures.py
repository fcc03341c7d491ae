"""Pictures in every form that a program has them in: compared, and fingerprinted."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import Image

from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.files import read_picture_file
from lookalike.images.preparation import PreparedPicture, prepare, prepare_image
from lookalike.matching.finding import Finding
from lookalike.matching.shipped import fingerprinter, matcher_of
from lookalike.pictures import Fingerprint
from lookalike.storage.memory.storage import MemoryStorage

AnyPicture = str | Path | bytes | Image.Image
"""A path, a web address (``http://…`` or ``https://…``), the bytes of an image file, or a Pillow
image."""


def compare(a: AnyPicture, b: AnyPicture) -> Finding:
    """Whether two pictures come from one photograph, and what was done to it.

    Args:
        a: the picture asked about.
        b: the picture that it may be a copy of.

    Raises:
        ImageError: a picture cannot be read, or shows too little to be compared.
    """
    computes = shared_fingerprinter()
    matcher = matcher_of(MemoryStorage(computes.version), computes)
    return matcher.compare(prepared(a), prepared(b))


def fingerprint_of(picture: AnyPicture) -> Fingerprint:
    """Everything that Lookalike stores of a picture: hashes, signature, quality, version.

    ``Fingerprint.to_json`` and ``from_json`` carry it through a database of your own, and
    ``Catalogue.add`` takes it in place of the picture.

    Raises:
        ImageError: the picture cannot be read.
    """
    return shared_fingerprinter().fingerprint(prepared(picture))


def prepared(picture: AnyPicture) -> PreparedPicture:
    """A picture, decoded, upright and in RGB.

    Raises:
        ImageError: it cannot be read.
    """
    if isinstance(picture, Image.Image):
        return prepare_image(picture)
    if isinstance(picture, str) and picture.lower().startswith(("http://", "https://")):
        return prepare(WebFetcher().fetch(picture))
    return prepare(picture if isinstance(picture, bytes) else read_picture_file(Path(picture)))


@cache
def shared_fingerprinter() -> PictureFingerprinter:
    """One network for the whole process. It is loaded once, and safe in threads."""
    return fingerprinter()
