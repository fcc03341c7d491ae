"""What an import does with each row: order, batches, what it passes over, and when it stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.errors import (
    ImageCorruptError,
    ImageNotFoundError,
    ImageUnreachableError,
    StorageUnavailableError,
)
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import TASK_SIZE, CatalogueImport
from lookalike.imports.picture_request import Outcome, PictureRequest
from lookalike.imports.row_comparison import ROWS_PER_LOOKUP
from lookalike.products import ProductState
from lookalike.storage.import_runs import FailedRow
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_fingerprint
from tests.unit.imports.instant_pool import Files, InstantPool

NOW = 1_000_000


class Trial:
    """An import into memory."""

    def __init__(self) -> None:
        self.storage = MemoryStorage(ALGORITHM_VERSION)
        self.files = Files()
        self.pool = InstantPool()
        self.batches: list[Batch] = []

    def run(self, rows: Iterable[CatalogueRow | FailedRow]) -> Batch:
        """The sum of all batches of a run to the end."""
        self.batches.clear()
        self.pool.tasks.clear()
        assert self.loader.run(rows, self.batches.append)
        return self.total

    @property
    def loader(self) -> CatalogueImport:
        return CatalogueImport(self.storage, self.files, self.pool, lambda: NOW)

    @property
    def total(self) -> Batch:
        return Batch(
            sum(batch.done for batch in self.batches),
            sum(batch.unchanged for batch in self.batches),
            tuple(failure for batch in self.batches for failure in batch.failures),
        )

    @property
    def entity_ids(self) -> list[str]:
        """In the order in which they were written."""
        return list(self.storage.products.get_many(str(number) for number in range(10_000)))


@pytest.fixture
def trial() -> Iterator[Trial]:
    trial = Trial()
    yield trial
    trial.storage.close()


def a_row(number: int) -> CatalogueRow:
    """A row with a picture of its own."""
    return CatalogueRow(number + 2, str(number), f"S{number}", f"{number}.jpg", {"colour": "red"})


def a_failure(number: int) -> FailedRow:
    """A row that was refused when it was read."""
    return FailedRow(number + 2, str(number), None, "no_picture", "Nothing.")


def some_rows(count: int) -> list[CatalogueRow | FailedRow]:
    """Rows with different pictures."""
    return [a_row(number) for number in range(count)]


@pytest.mark.parametrize(
    "count",
    [0, 1, TASK_SIZE, TASK_SIZE + 1, ROWS_PER_LOOKUP, ROWS_PER_LOOKUP + 1, 1_500],
)
def test_should_load_every_row_once(trial: Trial, count: int) -> None:
    assert trial.run(some_rows(count)) == Batch(done=count)
    assert trial.storage.products.count() == trial.storage.pictures.count() == count
    assert trial.pool.seen == [f"{number}.jpg" for number in range(count)]


def test_should_write_what_the_row_says(trial: Trial) -> None:
    trial.run([a_row(7)])
    [product] = trial.storage.products.get_many(["7"]).values()
    assert (product.sku, product.image_url, product.attributes) == (
        "S7",
        "7.jpg",
        {"colour": "red"},
    )
    assert product.fingerprint_id == a_fingerprint(7).fingerprint_id
    assert product.state is ProductState.ACTIVE
    assert trial.storage.pictures.get_many([product.fingerprint_id]).popitem()[1].last_seen == NOW


def test_should_give_no_more_than_a_task_to_a_worker_and_to_a_transaction(trial: Trial) -> None:
    trial.run(some_rows(200))
    assert {len(task) for task in trial.pool.tasks} == {TASK_SIZE, 200 % TASK_SIZE}
    assert all(batch.done <= TASK_SIZE for batch in trial.batches)


def test_should_note_failures_in_the_order_of_the_file(trial: Trial) -> None:
    """Whether a row was refused when it was read, when its file was looked for, or by a worker."""
    trial.files.revisions["3.jpg"] = ImageNotFoundError("Not there.")
    trial.pool.outcomes["1.jpg"] = ImageCorruptError("Broken.")
    total = trial.run([a_row(0), a_row(1), a_failure(2), a_row(3), a_row(4)])
    assert [(row.row, row.entity_id, row.code) for row in total.failures] == [
        (3, "1", "image_corrupt"),
        (4, "2", "no_picture"),
        (5, "3", "image_not_found"),
    ]
    assert total.done == 2


def test_a_picture_that_cannot_be_had_now_should_be_a_failure_with_its_code(trial: Trial) -> None:
    trial.pool.outcomes["1.jpg"] = ImageUnreachableError("Too slow.")
    [failure] = trial.run(some_rows(3)).failures
    assert (failure.code, failure.detail, failure.image_url) == (
        "image_unreachable", "Too slow.", "1.jpg",
    )  # fmt: skip


def test_should_pass_over_what_is_stored_without_looking_at_pictures(trial: Trial) -> None:
    trial.run(some_rows(600))
    assert trial.run(some_rows(600)) == Batch(unchanged=600)
    assert trial.pool.seen == []


@pytest.mark.parametrize(
    "change",
    [
        {"sku": "other"},
        {"attributes": {"colour": "blue"}},
        {"attributes": {}},
        {"image_url": "9000.jpg"},
    ],
    ids="-".join,
)
def test_should_look_again_where_the_row_has_changed(
    trial: Trial, change: dict[str, object]
) -> None:
    trial.run(some_rows(20))
    changed = replace(a_row(5), **change)  # type: ignore[arg-type]
    total = trial.run([*some_rows(5), changed, *some_rows(20)[6:]])
    assert total == Batch(done=1, unchanged=19)
    assert trial.pool.seen == [changed.image_url]
    [product] = trial.storage.products.get_many(["5"]).values()
    assert (product.sku, product.image_url) == (changed.sku, changed.image_url)
    assert product.attributes == changed.attributes


def test_should_look_again_where_the_file_has_changed(trial: Trial) -> None:
    trial.run(some_rows(20))
    trial.files.revisions["5.jpg"] = "2"
    trial.pool.outcomes["5.jpg"] = a_fingerprint(77, version=ALGORITHM_VERSION)
    assert trial.run(some_rows(20)) == Batch(done=1, unchanged=19)
    [product] = trial.storage.products.get_many(["5"]).values()
    assert product.fingerprint_id == a_fingerprint(77).fingerprint_id


def test_should_look_again_where_the_algorithm_was_another(trial: Trial) -> None:
    trial.run(some_rows(20))
    stored = trial.storage.products.get_many(["5"])["5"]
    revision = stored.source_revision.replace(ALGORITHM_VERSION, "older")
    assert revision != stored.source_revision
    trial.storage.products.put_many([replace(stored, source_revision=revision)])
    assert trial.run(some_rows(20)) == Batch(done=1, unchanged=19)
    assert trial.storage.products.get_many(["5"])["5"] == stored


def test_a_failure_should_keep_the_product_that_was_there(trial: Trial) -> None:
    trial.run(some_rows(3))
    before = trial.storage.products.get_many(["1"])
    trial.files.revisions["1.jpg"] = "2"
    trial.pool.outcomes["1.jpg"] = ImageCorruptError("Broken.")
    total = trial.run(some_rows(3))
    assert (total.done, total.unchanged, len(total.failures)) == (0, 2, 1)
    assert trial.storage.products.get_many(["1"]) == before


def test_many_products_may_show_one_picture(trial: Trial) -> None:
    rows = [replace(a_row(number), image_url="1.jpg") for number in range(100)]
    assert trial.run(rows) == Batch(done=100)
    assert (trial.storage.products.count(), trial.storage.pictures.count()) == (100, 1)


def test_a_featureless_picture_should_be_loaded_and_marked(trial: Trial) -> None:
    trial.pool.outcomes["1.jpg"] = a_fingerprint(1, version=ALGORITHM_VERSION, quality=0)
    assert trial.run(some_rows(2)) == Batch(done=2)
    assert trial.storage.products.get_many(["1"])["1"].state is ProductState.FEATURELESS


def test_should_stop_where_it_is_told_to_and_go_on_later(trial: Trial) -> None:
    def is_enough() -> bool:
        return len(trial.batches) == 3

    assert not trial.loader.run(some_rows(600), trial.batches.append, is_enough)
    assert trial.storage.products.count() == trial.total.rows == 3 * TASK_SIZE
    assert trial.run(some_rows(600)) == Batch(done=600 - 3 * TASK_SIZE, unchanged=3 * TASK_SIZE)


def test_should_stop_while_it_waits_for_a_picture(trial: Trial) -> None:
    """A server that does not answer must not keep a service from ending."""
    asked = iter([False, False, True])
    pool = trial.pool

    class SlowPool(InstantPool):
        def submit(self, requests: Sequence[PictureRequest]) -> Future[list[Outcome]]:
            pool.tasks.append([request.address for request in requests])
            return Future()

    loader = CatalogueImport(trial.storage, trial.files, SlowPool(), lambda: NOW)
    assert not loader.run(some_rows(40), trial.batches.append, lambda: next(asked, True))
    assert trial.batches == []


def test_what_is_noted_and_what_is_written_should_be_one(trial: Trial) -> None:
    """Where a batch cannot be noted, it is not written either."""

    def fail(_batch: Batch) -> None:
        raise StorageUnavailableError("Away.")

    with pytest.raises(StorageUnavailableError):
        trial.loader.run(some_rows(40), fail)
    assert trial.storage.products.count() == 0


def test_should_take_as_many_rows_ahead_as_workers_need_and_no_more(trial: Trial) -> None:
    """A catalogue may be larger than memory."""
    read = 0

    def rows() -> Iterator[CatalogueRow]:
        nonlocal read
        for number in range(20_000):
            read = number
            yield a_row(number % 10_000)

    trial.loader.run(rows(), trial.batches.append, lambda: bool(trial.batches))
    assert read < 2 * ROWS_PER_LOOKUP
