"""Searches a catalogue for all of its duplicates: in batches, resumable, only what is new.

A picture that was compared with all others is marked as such, in the transaction that keeps its
links. So a search that was stopped or killed loses one batch at most, and the next one compares
those pictures alone that were registered since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter

from lookalike.duplicates.comparison import recipe
from lookalike.duplicates.decided_groups import with_decisions
from lookalike.duplicates.decided_pairs import DecidedPairs
from lookalike.duplicates.grouping import DOUBTFUL, Kind, group_pictures, pairs_to_compare
from lookalike.duplicates.groups import Group, GroupBuilder
from lookalike.duplicates.keeping import Keep
from lookalike.local.duplicates.comparison_pool import ComparisonPool
from lookalike.local.duplicates.picture_task import PictureTask
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
        """Groups of products: those of linked pictures, then those that share one picture.

        A picture that several products of a group show is not listed as a group of its own. What
        was decided is respected, and said.

        Args:
            least: probability from which pictures are linked.
            order: by which the product to keep is chosen.
        """
        storage = self._storage
        decided = DecidedPairs.of(storage)
        build = GroupBuilder(
            storage.products, storage.pictures, self._links, order, decided.different
        )
        links = self._links.links(self._recipe, DOUBTFUL)
        linked = group_pictures(links, least, decided.pictures)
        copied = set[str]()
        for group in with_decisions(storage, build.of_pictures(linked)):
            if group["kind"] != Kind.COLOUR_VARIANT:
                copied.update(picture["fingerprint_id"] for picture in group["pictures"])
            yield group
        several = self._links.shown_by_several()
        same = build.of_one_picture(name for name in several if name not in copied)
        yield from with_decisions(storage, same)

    def _new_pictures(self) -> Iterator[list[PictureTask]]:
        last = -1
        while page := self._links.uncompared(self._recipe, last, PAGE):
            yield from _in_tasks(PictureTask(each.fingerprint_id) for each in page)
            last = page[-1].position

    def _open_pairs(self, least: float) -> Iterator[list[PictureTask]]:
        """Pairs that have a common neighbour, and about which nothing is known."""
        pairs = sorted(pairs_to_compare(self._links.links(self._recipe, 0), least))
        yield from _in_tasks(
            PictureTask(name, tuple(other for _, other in found))
            for name, found in groupby(pairs, itemgetter(0))
        )

    def _keep(
        self, compared: Sequence[str], found: Iterable[list[PictureLink]], on_batch: OnBatch
    ) -> None:
        with self._storage.transaction():
            links = [link for each in found for link in each]
            self._links.add_compared(self._recipe, compared, links)
            on_batch(len(compared))


def _in_tasks(pictures: Iterable[PictureTask]) -> Iterator[list[PictureTask]]:
    left = iter(pictures)
    while task := list(islice(left, TASK_SIZE)):
        yield task
