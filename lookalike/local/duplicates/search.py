"""Searches a catalogue for all of its duplicates: in batches, resumable, only what is new.

A picture that was compared with all others is marked as such, in the transaction that keeps its
links. So a search that was stopped or killed loses one batch at most, and the next one compares
those pictures alone that were registered since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lookalike.duplicates.comparison import recipe
from lookalike.duplicates.decided_pairs import in_batches
from lookalike.duplicates.groups import Group
from lookalike.duplicates.keeping import Keep
from lookalike.duplicates.picture_tasks import PictureTask, open_pairs
from lookalike.duplicates.product_groups import product_groups
from lookalike.local.duplicates.comparison_pool import ComparisonPool
from lookalike.local.workers.ordered import answered_in_order
from lookalike.matching.calibration import Calibration
from lookalike.storage.duplicates import PictureLink, StorageWithLinks

TASK_SIZE = 16
"""Pictures in one task of a worker, and in one transaction."""
PAGE = 1_000
"""Pictures that are listed at once."""

OnBatch = Callable[[int], None]
"""Told how many pictures were compared, within the transaction that writes it."""
ShouldStop = Callable[[], bool]


class DuplicateSearch:
    """Compares the pictures of a catalogue, and puts its products into groups.

    Args:
        storage: the catalogue.
        pool: compares pictures of this storage.
        calibration: of the classifier, the same as the pool's.
    """

    def __init__(
        self, storage: StorageWithLinks, pool: ComparisonPool, calibration: Calibration
    ) -> None:
        self._storage = storage
        self._links = storage.duplicates
        self._pool = pool
        self._recipe = recipe(calibration)

    def count(self) -> int:
        """The number of pictures that are to be compared."""
        return self._links.count_uncompared(self._recipe)

    def compare(
        self, least: float, on_batch: OnBatch, should_stop: ShouldStop = lambda: False
    ) -> bool:
        """Compare all pictures that were not compared yet; return whether the end was reached.

        Args:
            least: probability from which pictures are linked; it decides which pairs are compared
                because both are linked to a third picture.
            on_batch: see ``OnBatch``.
            should_stop: asked between batches, and while workers are waited for.
        """
        for tasks, found in answered_in_order(self._pool, self._new_pictures(), should_stop):
            self._keep([task.fingerprint_id for task in tasks], found, on_batch)
        if should_stop():
            return False
        for _, found in answered_in_order(self._pool, self._open_pairs(least), should_stop):
            self._keep([], found, on_batch)
        return not should_stop()

    def groups(self, least: float, order: Sequence[Keep]) -> Iterator[Group]:
        """Groups of products; see ``product_groups``."""
        return product_groups(self._storage, self._links, self._recipe, least, order)

    def _new_pictures(self) -> Iterator[list[PictureTask]]:
        last = -1
        while page := self._links.uncompared(self._recipe, last, PAGE):
            tasks = (PictureTask(each.fingerprint_id) for each in page)
            yield from in_batches(tasks, TASK_SIZE)
            last = page[-1].position

    def _open_pairs(self, least: float) -> Iterator[list[PictureTask]]:
        links = self._links.links(self._recipe, 0)
        return in_batches(open_pairs(links, least), TASK_SIZE)

    def _keep(
        self, compared: Sequence[str], found: Iterable[list[PictureLink]], on_batch: OnBatch
    ) -> None:
        with self._storage.transaction():
            links = [link for each in found for link in each]
            self._links.add_compared(self._recipe, compared, links)
            on_batch(len(compared))
