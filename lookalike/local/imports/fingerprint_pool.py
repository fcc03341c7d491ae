"""Fingerprints of many pictures on all cores."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lookalike.errors import ImageCorruptError
from lookalike.images.fetching.fetcher import ImageFetcher
from lookalike.local.workers.pool import WorkerPool

if TYPE_CHECKING:
    from lookalike.imports.picture_request import Outcome, PictureRequest

FetcherFactory = Callable[[], ImageFetcher]
"""Builds the fetcher of a worker process; can be pickled."""


class FingerprintPool(WorkerPool["PictureRequest", "Outcome"]):
    """Worker processes that compute the fingerprint behind each address, or say why there is none.

    Args:
        fetcher: builds what gets the pictures.
        processes: how many workers there are; by default as many as cores.
        folder: the data folder, whose models embed the pictures; ``None``: the built-in one does.
    """

    def __init__(
        self, fetcher: FetcherFactory, processes: int | None = None, folder: Path | None = None
    ) -> None:
        super().__init__(partial(_fingerprinting, fetcher, folder), _crashed, processes)


def _fingerprinting(
    fetcher: FetcherFactory, folder: Path | None
) -> Callable[[list[PictureRequest]], list[Outcome]]:
    """Build what computes fingerprints, in a worker process."""
    from lookalike.imports import fingerprint_worker  # noqa: PLC0415 - slow

    return fingerprint_worker.build(fetcher, folder).fingerprint_all


def _crashed() -> Outcome:
    """The outcome of a picture that ends the decoder twice."""
    return ImageCorruptError("Decoding the picture ends the decoder. Save it anew.")
