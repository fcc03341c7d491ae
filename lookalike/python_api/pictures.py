"""Pictures in every form that a program has them in: compared, and fingerprinted."""

from __future__ import annotations

import os
from functools import cache

from PIL import Image

from lookalike.errors import BadParameterError, prefix_errors
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.files import is_web_address, picture_path, read_picture_file
from lookalike.images.preparation import PreparedPicture, prepare, prepare_image
from lookalike.matching.catalogue_matcher import CatalogueMatcher
from lookalike.matching.effort import Effort
from lookalike.matching.finding import Finding
from lookalike.matching.shipped import build_matcher, fingerprinter
from lookalike.pictures import Fingerprint
from lookalike.storage.memory.storage import MemoryStorage

AnyPicture = str | os.PathLike[str] | bytes | bytearray | memoryview | Image.Image
"""A path (``~`` is the home folder), a web address (``http://…`` or ``https://…``), the bytes of an
image file, or a Pillow image."""


def compare(a: AnyPicture, b: AnyPicture, *, effort: str = Effort.NORMAL) -> Finding:
    """Tell whether two pictures come from one photograph, and how it was changed.

    Args:
        a: the picture asked about.
        b: the picture that it may be a copy of.
        effort: ``fast``, ``normal`` or ``thorough``: how much is tried before nothing is found.

    Raises:
        BadParameterError: an argument is no picture, or there is no such effort.
        ImageError: a picture cannot be read, or shows too little to be compared with one that is
            not identical; the detail begins with its name, ``a`` or ``b``. That of a
            ``BadParameterError`` does, too.
    """
    requested = Effort.of(effort)
    with prefix_errors("a"):
        first = prepared(a)
    with prefix_errors("b"):
        second = prepared(b)
    return _comparing_matcher().compare(first, second, requested)


def fingerprint_of(picture: AnyPicture) -> Fingerprint:
    """Everything that Lookalike stores of a picture: hashes, signature, quality, version.

    ``fingerprint_to_json`` and ``fingerprint_from_json`` carry it through a database of your own,
    and ``Catalogue.add`` takes it in place of the picture.

    Raises:
        BadParameterError: the argument is no picture.
        ImageError: the picture cannot be read.
    """
    return shared_fingerprinter().fingerprint(prepared(picture))


def prepared(picture: AnyPicture) -> PreparedPicture:
    """A picture, decoded, upright and in RGB.

    Raises:
        BadParameterError: the argument is no picture.
        ImageError: it cannot be read.
    """
    if isinstance(picture, Image.Image):
        return prepare_image(picture)
    if isinstance(picture, str) and is_web_address(picture):
        return prepare(WebFetcher().fetch(picture))
    if isinstance(picture, (str, os.PathLike)):
        return _prepared_file(os.fsdecode(picture))
    return prepare(_bytes_of(picture))


@cache
def shared_fingerprinter() -> PictureFingerprinter:
    """One network for the whole process. It is loaded once, and safe in threads."""
    return fingerprinter()


@cache
def _comparing_matcher() -> CatalogueMatcher:
    """One matcher for all comparisons; its catalogue is empty."""
    fingerprinter = shared_fingerprinter()
    return build_matcher(MemoryStorage(fingerprinter.version), fingerprinter)


def _prepared_file(name: str) -> PreparedPicture:
    content = read_picture_file(picture_path(name))
    with prefix_errors(name):
        return prepare(content)


def _bytes_of(picture: object) -> bytes:
    if not isinstance(picture, (bytes, bytearray, memoryview)):
        raise BadParameterError(
            "A picture is a path, a web address, the bytes of an image file or a Pillow image, "
            f"not of the type {type(picture).__name__}."
        )
    return bytes(picture)
