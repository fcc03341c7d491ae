"""The pictures of a manifest, read as an import reads them: a host is asked for few at once."""

from __future__ import annotations

from pathlib import Path

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.fetching.connections import Connections
from lookalike.images.fetching.fetcher import CatalogueFetcher
from lookalike.images.fetching.folder import FolderFetcher
from lookalike.images.fetching.polite import DOWNLOADS_A_HOST, PoliteFetcher
from lookalike.images.fetching.web import WebFetcher
from lookalike.images.isolation.pool import DecodePool
from lookalike.images.preparation import PreparedPicture
from lookalike.imports.fingerprint_worker import FingerprintWorker


class Pictures:
    """Fetches pictures, and decodes them in a process of its own.

    Args:
        folder: where paths of the manifest begin; ``None``: it has web addresses alone.
        allow_private_hosts: also fetch from this machine and its network.
    """

    def __init__(self, folder: Path | None = None, *, allow_private_hosts: bool = False) -> None:
        web = WebFetcher(Connections(allow_private_hosts=allow_private_hosts))
        polite = PoliteFetcher(web, DOWNLOADS_A_HOST)
        self._fetcher = CatalogueFetcher(polite, FolderFetcher(folder) if folder else None)
        self._decoders = DecodePool(1)

    def read(self, address: str) -> PreparedPicture:
        """A picture.

        Raises:
            LookalikeError: it cannot be fetched or decoded.
        """
        return self._decoders.prepare(self._fetcher.fetch(address))

    def worker(self) -> FingerprintWorker:
        """What fingerprints pictures, as a function of an import does."""
        fingerprinter = PictureFingerprinter(Network.load())
        return FingerprintWorker(self._fetcher, fingerprinter, self._decoders.prepare)
