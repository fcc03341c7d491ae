"""Compares stored pictures in a worker process."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from lookalike.duplicates.comparison import StoredComparison, recipe
from lookalike.errors import LookalikeError
from lookalike.local.data_folder import open_storage
from lookalike.local.duplicates.picture_task import PictureTask
from lookalike.matching.calibration import Calibration
from lookalike.matching.shipped import build_verifier
from lookalike.storage.duplicates import PictureLink, StorageWithLinks

log = logging.getLogger("lookalike.duplicates")


class ComparisonWorker:
    """Compares pictures; a worker process keeps one between tasks.

    Args:
        storage: the catalogue.
        calibration: of the classifier.
    """

    def __init__(self, storage: StorageWithLinks, calibration: Calibration) -> None:
        self._comparison = StoredComparison(
            storage.pictures,
            storage.vectors,
            storage.duplicates,
            build_verifier(calibration),
            recipe(calibration),
        )

    def compare_all(self, tasks: Sequence[PictureTask]) -> list[list[PictureLink]]:
        """The links of each picture. One whose stored signature is broken has none."""
        return [self._compare(task) for task in tasks]

    def _compare(self, task: PictureTask) -> list[PictureLink]:
        try:
            if task.others:
                return self._comparison.with_each(*task)
            return self._comparison.with_nearest(task.fingerprint_id)
        except LookalikeError as error:
            log.warning("Picture %s is not compared: %s", task.fingerprint_id, error.detail)
            return []


def build(folder: Path, calibration: Calibration) -> ComparisonWorker:
    """Build a worker that compares the pictures of a data folder.

    Raises:
        StorageUnavailableError: the folder cannot be read.
        ModelMissingError: the neural network is not installed.
    """
    return ComparisonWorker(open_storage(folder, read_only=True), calibration)
