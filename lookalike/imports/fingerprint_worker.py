"""Fetches, decodes and fingerprints pictures in a worker process."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lookalike.errors import ImageCorruptError, LookalikeError, TransientError
from lookalike.fingerprint.fingerprinter import Fingerprinter
from lookalike.fingerprint.network import Network
from lookalike.fingerprint.picture_fingerprinter import PictureFingerprinter
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.images.fetching.validators import Fetched
from lookalike.images.isolation.pool import DecodePool
from lookalike.images.preparation import PreparedPicture, prepare
from lookalike.imports.picture_request import Outcome, PictureRequest, ReadPicture
from lookalike.search.models.registry import read_models

DOWNLOADS_A_PROCESS = 8
"""A worker computes one fingerprint while it waits for the next pictures."""
RETRY_PAUSES = (0.5, 2.0)
"""Seconds before a download that failed for the moment is tried again."""

log = logging.getLogger("lookalike.imports")


class FingerprintWorker:
    """Computes fingerprints; a worker process keeps one between tasks.

    Args:
        fetcher: gets the pictures.
        fingerprinter: computes what is stored of them.
        prepare: decodes the bytes of an image file.
        pause: waits for some seconds.
    """

    def __init__(
        self,
        fetcher: ImageFetcher,
        fingerprinter: Fingerprinter,
        prepare: Callable[[bytes], PreparedPicture] = prepare,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._fetcher = fetcher
        self._prepare = prepare
        self._pause = pause
        self._fingerprinter = fingerprinter
        self._downloads = ThreadPoolExecutor(DOWNLOADS_A_PROCESS, "download")

    def fingerprint_all(self, requests: Sequence[PictureRequest]) -> list[Outcome]:
        """One outcome per request, in order."""
        return [self._read(fetched) for fetched in self._downloads.map(self._fetch, requests)]

    def _fetch(self, request: PictureRequest) -> Fetched | LookalikeError:
        for pause in (*RETRY_PAUSES, None):
            try:
                return self._fetcher.ask(request.address, request.known)
            except TransientError as error:
                if pause is None:
                    return error
                self._pause(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads retries
            except LookalikeError as error:
                return error
        raise AssertionError("the last round returns")

    def _read(self, fetched: Fetched | LookalikeError) -> Outcome:
        if isinstance(fetched, LookalikeError):
            return fetched
        if fetched.content is None:
            return ReadPicture(None, fetched.validators)
        try:
            fingerprint = self._fingerprinter.fingerprint(self._prepare(fetched.content))
            return ReadPicture(fingerprint, fetched.validators)
        except LookalikeError as error:
            return error
        except Exception:
            # An unforeseen error of one picture must not end the import of the others.
            log.exception("A picture cannot be read, for an unforeseen reason.")
            return ImageCorruptError("The picture cannot be read. Save it anew.")


def build(fetcher: Callable[[], ImageFetcher], folder: Path | None = None) -> FingerprintWorker:
    """Build a worker that computes fingerprints of the current algorithm version.

    Pictures are decoded in a process of its own, which ends with this one.

    Args:
        fetcher: builds what gets the pictures.
        folder: the data folder, whose models embed the pictures; ``None``: the built-in one does.

    Raises:
        ModelMissingError: the neural network is not installed.
        SettingInvalidError: the models cannot be used.
    """
    decoders = DecodePool(1)
    decoders.start()
    embed = read_models(folder).registered
    fingerprinter = PictureFingerprinter(Network.load(), embed=embed)
    return FingerprintWorker(fetcher(), fingerprinter, decoders.prepare)
