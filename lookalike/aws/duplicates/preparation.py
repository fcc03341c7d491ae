"""The steps before comparing: what is to be compared becomes batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lookalike.aws.duplicates.files import BATCHES, RESULTS, DuplicateFiles
from lookalike.aws.duplicates.links import FoundLinks, shown_pictures
from lookalike.aws.duplicates.runs import DeployedRuns
from lookalike.duplicates.picture_tasks import PictureTask, open_pairs
from lookalike.storage.dynamodb.storage import DynamodbStorage
from lookalike.storage.run_state import RunState

TASKS_A_BATCH = 100
"""A function compares them in half a minute, and within its minutes where stores are slow."""
_PAIRS = 10_000_000
"""The number of the first batch of pairs: above those of all batches of pictures."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the state machine goes on with.

    Attributes:
        left: batches that are to be compared.
        batches: the beginning of the keys of all batches.
        results: where the state machine writes what became of them.
    """

    left: int
    batches: str
    results: str


class DuplicatePreparation:
    """Divides what is to be compared into batches. Both steps may be repeated.

    Args:
        storage: the catalogue.
        files: batches, and what was compared.
        runs: the searches.
        version: algorithm version of the pictures that are compared.
        tasks_a_batch: how many tasks a batch has.
    """

    def __init__(
        self,
        storage: DynamodbStorage,
        files: DuplicateFiles,
        runs: DeployedRuns,
        version: str,
        tasks_a_batch: int = TASKS_A_BATCH,
    ) -> None:
        self._storage = storage
        self._files = files
        self._runs = runs
        self._version = version
        self._tasks_a_batch = tasks_a_batch

    def list_pictures(self, run_id: str) -> Prepared:
        """Write the pictures as batches that no search has compared yet."""
        if self._runs.get(run_id).state is RunState.RUNNING:
            done = {name for each in self._files.compared() for name in each.pictures}
            new = sorted(self._comparable() - done)
            self._write(run_id, map(PictureTask, new), 0)
            self._runs.begin(run_id, len(new))
        return self._prepared(run_id)

    def list_pairs(self, run_id: str) -> Prepared:
        """Write the pairs as batches that have a common neighbour, and were not compared."""
        run = self._runs.get(run_id)
        if run.state is RunState.RUNNING:
            links = FoundLinks(
                (link for each in self._files.compared() for link in each.links),
                shown_pictures(self._storage.products),
            )
            self._write(run_id, open_pairs(links.links("", 0), run.min_match / 100), _PAIRS)
        return self._prepared(run_id)

    def _comparable(self) -> set[str]:
        """The pictures of our algorithm version that some product shows."""
        showing = shown_pictures(self._storage.products)
        return {
            picture.fingerprint_id
            for page in self._storage.pictures.pages()
            for picture in page.pictures
            if picture.version == self._version and picture.fingerprint_id in showing
        }

    def _write(self, run_id: str, tasks: Iterable[PictureTask], first: int) -> None:
        for _ in self._files.add_batches(run_id, tasks, self._tasks_a_batch, first):
            pass

    def _prepared(self, run_id: str) -> Prepared:
        left = sum(1 for _ in self._files.batches(run_id))
        return Prepared(left, f"{BATCHES}{run_id}/", f"{RESULTS}{run_id}")
