"""Fingerprints of the current algorithm version: hashes, quality, id and signature together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from lookalike.fingerprint.analysis import Analysis
from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.hash_algorithm import HashAlgorithm
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_id import picture_id
from lookalike.fingerprint.quality import quality
from lookalike.fingerprint.query_fingerprint import DeferredQuery, QueryFingerprint
from lookalike.fingerprint.registry import HASHES
from lookalike.fingerprint.signature import encode
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.preparation import PreparedPicture
from lookalike.pictures import Fingerprint

Embed = Callable[[Analysis], Mapping[str, bytes]]
"""Computes the embeddings of a picture, packed, by model version."""


def no_embeddings(_analysis: Analysis) -> Mapping[str, bytes]:
    """Embed nothing."""
    return {}


class PictureFingerprinter(Fingerprinter):
    """Computes fingerprints of the current version, with one network for all threads.

    Args:
        network: describes the pictures.
        hashes: the hash algorithms to compute.
        embed: computes what is stored for searches by looks.
    """

    version = ALGORITHM_VERSION

    def __init__(
        self,
        network: Network,
        hashes: Sequence[HashAlgorithm] = HASHES,
        embed: Embed = no_embeddings,
    ) -> None:
        self.network = network
        self._hashes = hashes
        self._embed = embed

    def fingerprint(self, picture: PreparedPicture) -> Fingerprint:
        """Compute what is stored of a picture: all of its hashes, and the signature."""
        analysis = Analysis(picture, self.network)
        hashes: dict[str, bytes] = {}
        for algorithm in self._hashes:
            hashes |= algorithm.stored_hashes(analysis)
        signature = encode(analysis.whole.cells, analysis.trimmed)
        fingerprint = _fingerprint(analysis, hashes)
        return replace(fingerprint, signature=signature, embeddings=self._embed(analysis))

    def query(self, picture: PreparedPicture) -> QueryFingerprint:
        """Compute what a picture is searched and verified with."""
        return self._query(Analysis(picture, self.network))

    def deferred_query(self, picture: PreparedPicture) -> DeferredQuery:
        """Run the network alone; see ``Fingerprinter.deferred_query``."""
        analysis = Analysis(picture, self.network)
        return DeferredQuery(DeepHash().query_rows(analysis), partial(self._query, analysis))

    def _query(self, analysis: Analysis) -> QueryFingerprint:
        rows = {algorithm.layout.name: algorithm.query_rows(analysis) for algorithm in self._hashes}
        hashes = {name: row[0].tobytes() for name, row in rows.items()}
        return QueryFingerprint(_fingerprint(analysis, hashes), rows, analysis.whole.cells)


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
