"""A sync: what it adds, replaces and deletes, and what it never deletes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.feed_scope import EVERYTHING, FeedScope
from lookalike.catalogue.max_deletions import MaxDeletions, TooManyDeletionsError
from lookalike.catalogue.row_changes import SAMPLES
from lookalike.errors import CatalogueError, ImageUnreachableError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.feed_sync.feed_sync import FeedSync
from lookalike.local.feed_sync.plan import AT_ONCE
from lookalike.local.feed_sync.preview import Preview
from lookalike.local.feed_sync.storage_target import StorageTarget
from lookalike.local.feed_sync.target import Row
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.memory.storage import MemoryStorage
from tests.unit.imports.instant_pool import Files, InstantPool

NOW = 1_000_000
HALF = MaxDeletions(50, is_share=True)


class Trial:
    """Syncs into memory."""

    def __init__(self) -> None:
        self.storage = MemoryStorage(ALGORITHM_VERSION)
        self.pool = InstantPool()
        self.files = Files()
        loader = CatalogueImport(self.storage, self.files, self.pool, lambda: NOW)
        self.target = StorageTarget(self.storage, loader, lambda: NOW)
        self.deleted = 0

    def run(
        self, rows: Sequence[Row], most: MaxDeletions = HALF, scope: FeedScope = EVERYTHING
    ) -> set[str]:
        """Sync; return the ids that the catalogue then has."""
        self.deleted = 0
        feed_sync = FeedSync(lambda: rows, scope)
        with feed_sync.planned() as plan:
            feed_sync.compare(plan, self.target)
            plan.require_allowed(most)
            assert feed_sync.run(plan, self.target, lambda _: None, self._count)
        return self.entity_ids

    def preview(self, rows: Sequence[Row]) -> tuple[Preview, list[Row]]:
        """What a sync would do, and with which rows."""
        seen: list[Row] = []
        feed_sync = FeedSync(lambda: rows)
        with feed_sync.planned() as plan:
            feed_sync.compare(plan, self.target)
            return feed_sync.preview(plan, self.target, seen.append), seen

    def _count(self, count: int) -> None:
        self.deleted += count

    @property
    def entity_ids(self) -> set[str]:
        return {product.entity_id for product in self.storage.products.page(limit=10_000).products}


@pytest.fixture
def trial() -> Iterator[Trial]:
    trial = Trial()
    with closing(trial.storage):
        yield trial


def rows(numbers: Iterable[int], **attributes: str) -> list[Row]:
    """Rows of products, each with a picture of its own."""
    return [CatalogueRow(n + 2, str(n), "S", f"{n}.jpg", attributes) for n in numbers]


def failed(number: int, code: str = "no_picture") -> FailedRow:
    """A row that was refused when it was read."""
    return FailedRow(number + 2, str(number), None, code, "Nothing.")


def ids(numbers: Iterable[int]) -> set[str]:
    """Their ids."""
    return set(map(str, numbers))


def test_should_make_the_catalogue_equal_to_the_feed(trial: Trial) -> None:
    assert trial.run(rows(range(20))) == ids(range(20))
    assert trial.run(rows(range(5, 25), colour="red")) == ids(range(5, 25))
    assert trial.deleted == 5
    [product] = trial.storage.products.get_many(["5"]).values()
    assert product.attributes == {"colour": "red"}


def test_a_second_sync_should_change_nothing(trial: Trial) -> None:
    trial.run(rows(range(20)))
    trial.pool.tasks.clear()
    assert trial.run(rows(range(20)), MaxDeletions(0)) == ids(range(20))
    assert trial.pool.tasks == []


def test_should_delete_more_than_are_looked_up_at_once(trial: Trial) -> None:
    trial.run(rows(range(3 * AT_ONCE)))
    assert trial.run(rows(range(AT_ONCE)), MaxDeletions(2 * AT_ONCE)) == ids(range(AT_ONCE))
    assert trial.deleted == 2 * AT_ONCE


def test_should_refuse_as_a_whole_to_delete_too_many(trial: Trial) -> None:
    """Not even the new products are added: the feed may be the wrong one."""
    trial.run(rows(range(20)))
    expected = r"delete 3 of 20 products \(15 %\), and may delete 10%: nothing has changed"
    with pytest.raises(TooManyDeletionsError, match=expected):
        trial.run(rows(range(3, 30)), MaxDeletions(10, is_share=True))
    assert trial.entity_ids == ids(range(20))


@pytest.mark.parametrize("feed", [[], [FailedRow(2, None, None, "row_refused", "No id.")]])
def test_a_feed_that_names_nothing_should_never_empty_a_catalogue(
    trial: Trial, feed: list[Row]
) -> None:
    """However many deletions are allowed."""
    trial.run(rows(range(3)))
    with pytest.raises(CatalogueError, match="names no product"):
        trial.run(feed, MaxDeletions(100, is_share=True))
    assert trial.entity_ids == ids(range(3))


def test_should_keep_products_whose_row_is_refused(trial: Trial) -> None:
    """By the reader, and because the picture cannot be had any more."""
    trial.run(rows(range(4)))
    trial.files.revisions["1.jpg"] = "2"
    trial.pool.outcomes["1.jpg"] = ImageUnreachableError("The host is away.")
    before = trial.storage.products.get_many(["0", "1"])
    assert trial.run([failed(0), *rows([1, 2])]) == ids(range(3))
    assert trial.storage.products.get_many(["0", "1"]) == before


def test_should_delete_nothing_while_a_row_may_be_about_any_product(trial: Trial) -> None:
    trial.run(rows(range(4)))
    unreadable = FailedRow(9, None, None, "row_unreadable", "Not CSV.")
    assert trial.run([*rows([0, 7]), unreadable]) == ids([0, 1, 2, 3, 7])
    assert trial.run(rows([0, 7]), MaxDeletions(3)) == ids([0, 7])


def test_rows_without_an_id_should_not_keep_anything(trial: Trial) -> None:
    """They are readable, and about no product: shops have rows for totals and further pictures."""
    trial.run(rows(range(4)))
    assert trial.run([*rows([0, 1]), FailedRow(9, None, None, "row_refused", "No id.")]) == ids(
        [0, 1]
    )


def test_should_leave_products_alone_that_the_feed_is_not_about(trial: Trial) -> None:
    a, b = (FeedScope(frozenset({("seller", name)})) for name in "ab")
    trial.run(rows(range(4)), scope=a)
    trial.run(rows(range(10, 14)), scope=b)
    assert trial.run(rows(range(2)), scope=a) == ids([0, 1, 10, 11, 12, 13])
    with pytest.raises(TooManyDeletionsError, match="delete 3 of 4 products"):
        trial.run(rows([10]), scope=b)


def test_products_that_come_while_a_sync_runs_should_stay(trial: Trial) -> None:
    trial.run(rows(range(4)))
    feed_sync = FeedSync(lambda: rows(range(3)))
    with feed_sync.planned() as plan:
        feed_sync.compare(plan, trial.target)
        trial.target.run(rows([9]), lambda _: None)
        feed_sync.run(plan, trial.target, lambda _: None, lambda _: None)
    assert trial.entity_ids == ids([0, 1, 2, 9])


def test_should_delete_nothing_when_it_is_stopped_before_all_rows_are_loaded(trial: Trial) -> None:
    trial.run(rows(range(4)))
    feed_sync = FeedSync(lambda: rows([9]))
    with feed_sync.planned() as plan:
        feed_sync.compare(plan, trial.target)
        assert not feed_sync.run(plan, trial.target, print, print, should_stop=lambda: True)
    assert trial.entity_ids == ids(range(4))


def test_a_preview_should_count_and_change_nothing(trial: Trial) -> None:
    trial.run(rows(range(40)))
    trial.pool.tasks.clear()
    feed = [*rows(range(20, 30)), *rows([30], colour="red"), *rows(range(50, 70)), failed(99)]
    preview, seen = trial.preview(feed)
    assert seen == feed
    assert preview == Preview(
        rows=32, products=40, deleted=29, added=20, changed=1, unchanged=10, failed=1,
        samples={
            "added": [str(n) for n in range(50, 50 + SAMPLES)],
            "changed": ["30"],
            "deleted": sorted(ids([*range(20), *range(31, 40)]))[:SAMPLES],
        },
    )  # fmt: skip
    assert trial.entity_ids == ids(range(40))
    assert trial.pool.tasks == []


def test_a_preview_should_tell_which_files_are_missing(trial: Trial) -> None:
    trial.files.revisions["1.jpg"] = ImageUnreachableError("No file.")
    preview, [_, missing] = trial.preview(rows(range(2)))
    assert (preview.added, preview.failed) == (1, 1)
    assert isinstance(missing, FailedRow)
    assert missing.code == "image_unreachable"
