"""Compares pictures with others that were sent to the worker, by the code of one machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

from typing_extensions import override

from lookalike.duplicates.candidates import Candidates
from lookalike.duplicates.comparison_worker import ComparisonWorker
from lookalike.duplicates.picture_tasks import PictureTask
from lookalike.fingerprint.query_fingerprint import QueryFingerprint
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Fingerprint, Picture
from lookalike.spark.duplicates.places import Compared, Places
from lookalike.spark.part_import import PartOutcome
from lookalike.storage.memory.storage import MemoryStorage


class Comparison(NamedTuple):
    """What a picture is to be compared with, whose fingerprints are sent along.

    Attributes:
        fingerprint_id: of the picture.
        others: of those that it is compared with, the most likely first.
        has_more: whether there are further ones, which were not sent.
        is_pair: compare with each, however many in a row are no copies.
    """

    fingerprint_id: str
    others: tuple[str, ...]
    has_more: bool = False
    is_pair: bool = False

    @property
    def pictures(self) -> tuple[str, ...]:
        """All pictures that this takes."""
        return self.fingerprint_id, *self.others


Batch = tuple[str, Iterable[Comparison], Iterable[Fingerprint]]
"""The name of a batch, what is compared, and all pictures that this takes."""


@dataclass(frozen=True, slots=True)
class BatchComparison:
    """Compares batches. It is sent to the workers.

    Attributes:
        places: of the search.
        folder: for what is found.
        size: number of pictures of the catalogue.
    """

    places: Places
    folder: str
    size: int

    def run(self, part: int, batch: Batch) -> PartOutcome:
        """Compare the pictures of a batch, which belongs to a part, and write what is found."""
        name, wanted, pictures = batch
        tasks = sorted(wanted)
        sent = SentCandidates(tasks, self.size)
        with closing(MemoryStorage(ALGORITHM_VERSION)) as storage:
            storage.pictures.put_many([Picture(each, 0) for each in pictures])
            worker = ComparisonWorker(storage, self.places.calibration, sent)
            found = worker.compare_all([_task(each) for each in tasks])
        # What is unfinished is compared anew, with rivals that may not have been sent.
        links = [link for each in found for link in each if link.a not in sent.unfinished]
        self.places.put_compared(self.folder, name, Compared(links, sorted(sent.unfinished)))
        return PartOutcome(part, len(tasks))


class SentCandidates(Candidates):
    """The candidates that were sent along.

    Args:
        wanted: what is compared.
        size: number of pictures of the catalogue.

    Attributes:
        unfinished: pictures for which more candidates were asked for than were sent.
    """

    def __init__(self, wanted: Sequence[Comparison], size: int) -> None:
        self._wanted: Mapping[str, Comparison] = {each.fingerprint_id: each for each in wanted}
        self._size = size
        self.unfinished = set[str]()

    @override
    def of(self, query: QueryFingerprint) -> Iterable[str]:
        wanted = self._wanted[query.fingerprint.fingerprint_id]
        yield from wanted.others
        if wanted.has_more:
            self.unfinished.add(wanted.fingerprint_id)

    @override
    def count(self) -> int:
        return self._size


def _task(wanted: Comparison) -> PictureTask:
    return PictureTask(wanted.fingerprint_id, wanted.others if wanted.is_pair else ())
