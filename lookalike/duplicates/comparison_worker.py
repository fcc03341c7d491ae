"""Compares stored pictures, task by task."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from lookalike.duplicates.candidates import Candidates, NearestPictures
from lookalike.duplicates.comparison import StoredComparison
from lookalike.duplicates.picture_tasks import PictureTask
from lookalike.errors import PermanentError
from lookalike.matching.calibration import Calibration
from lookalike.matching.shipped import build_verifier
from lookalike.storage.duplicates import PictureLink
from lookalike.storage.interfaces import Storage

log = logging.getLogger("lookalike.duplicates")


class ComparisonWorker:
    """Compares pictures; whoever works on many tasks keeps one.

    Args:
        storage: the catalogue.
        calibration: of the classifier.
        candidates: what each picture is compared with; ``None``: the nearest of the catalogue.

    Raises:
        ModelMissingError: the neural network is not installed.
    """

    def __init__(
        self,
        storage: Storage,
        calibration: Calibration,
        candidates: Candidates | None = None,
    ) -> None:
        self._comparison = StoredComparison(
            storage.pictures,
            candidates or NearestPictures(storage.vectors),
            build_verifier(calibration),
        )

    def compare_all(self, tasks: Sequence[PictureTask]) -> list[list[PictureLink]]:
        """The links of each picture. One whose stored signature is broken has none.

        Raises:
            TransientError: a store does not answer.
        """
        return [self._compare(task) for task in tasks]

    def _compare(self, task: PictureTask) -> list[PictureLink]:
        try:
            if task.others:
                return self._comparison.with_each(*task)
            return self._comparison.with_nearest(task.fingerprint_id)
        except PermanentError as error:
            log.warning("Picture %s is not compared: %s", task.fingerprint_id, error.detail)
            return []
