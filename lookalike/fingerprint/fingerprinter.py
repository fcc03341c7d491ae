"""The fingerprinter: all parts put together, under one version."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.hash_algorithm import Fingerprinter, QueryFingerprint
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.quality import quality
from lookalike.fingerprint.registry import HASHES
from lookalike.fingerprint.signature import encode
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import PreparedPicture
from lookalike.pictures import Fingerprint


class PictureFingerprinter(Fingerprinter):
    """Fingerprints of the current version, with one network for all threads."""

    version = ALGORITHM_VERSION

    def __init__(self, network: Network) -> None:
        self.network = network

    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        """What is stored of a picture: every hash of the registry, and the signature."""
        analysis = Analysis(picture, self.network)
        hashes: dict[str, bytes] = {}
        for algorithm in HASHES:
            hashes |= algorithm.stored(analysis)
        signature = encode(analysis.whole.cells, analysis.trimmed)
        return replace(_fingerprint(analysis, hashes), signature=signature)

    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        """What a picture is searched with."""
        analysis = Analysis(picture, self.network)
        rows = {algorithm.layout.name: algorithm.queried(analysis) for algorithm in HASHES}
        hashes = {name: row[0].tobytes() for name, row in rows.items()}
        return QueryFingerprint(_fingerprint(analysis, hashes), rows, analysis.whole.cells)


def picture_id(picture: PreparedPicture) -> str:
    """The name of a picture by its content, 32 hex digits.

    Of the pixels and not of the hashes, which two recolourings of one photograph can share.
    """
    digest = hashlib.sha256(f"{ALGORITHM_VERSION} {picture.whole.size}".encode())
    digest.update(picture.whole.tobytes())
    return digest.hexdigest()[:32]


def _fingerprint(analysis: Analysis, hashes: dict[str, bytes]) -> Fingerprint:
    picture = analysis.picture
    width, height = picture.whole.size
    left, top, right, bottom = picture.trim_box
    return Fingerprint(
        fingerprint_id=picture_id(picture),
        version=ALGORITHM_VERSION,
        hashes=hashes,
        quality=quality(picture.whole),
        width=picture.width,
        height=picture.height,
        trim_box=(left / width, top / height, right / width, bottom / height),
    )
