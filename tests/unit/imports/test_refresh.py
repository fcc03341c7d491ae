"""When an import asks again for pictures at web addresses, and what it does with the answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.catalogue.row_changes import RowChange
from lookalike.catalogue.web_revision import REFRESH_AFTER, WebRevision
from lookalike.errors import ImageNotFoundError, ImageUnreachableError
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.validators import NO_VALIDATORS, Validators
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.settings import DAY
from lookalike.products import Product
from lookalike.storage.memory.storage import MemoryStorage
from tests.builders import a_fingerprint
from tests.fakes import Clock
from tests.unit.imports.instant_pool import Files, InstantPool

FIRST, SECOND = Validators('"1"'), Validators('"2"', "Sun, 22 Nov 2026 10:00:00 GMT")
URL = "https://shop.example/7.jpg"
ROW = CatalogueRow(2, "7", "S", URL, {"colour": "red"})


class Trial:
    """Imports of one row into memory."""

    def __init__(self) -> None:
        self.storage = MemoryStorage(ALGORITHM_VERSION)
        self.pool = InstantPool()
        self.pool.validators = FIRST
        self.clock = Clock()
        self.clock.now = 1_000_000

    def run(self, row: CatalogueRow = ROW, after: float = REFRESH_AFTER) -> Batch:
        """What became of the row."""
        self.pool.tasks.clear()
        self.pool.known.clear()
        batches: list[Batch] = []
        assert self.loader(after).run([row], batches.append)
        return max(batches, key=lambda batch: batch.rows)

    def loader(self, after: float = REFRESH_AFTER) -> CatalogueImport:
        return CatalogueImport(self.storage, Files(), self.pool, self.clock, refresh_after=after)

    @property
    def product(self) -> Product:
        return self.storage.products.get_many(["7"])["7"]

    @property
    def revision(self) -> WebRevision | None:
        return WebRevision.parse(self.product.source_revision)


@pytest.fixture
def trial() -> Iterator[Trial]:
    trial = Trial()
    with closing(trial.storage):
        assert trial.run() == Batch(done=1)
        yield trial


def test_should_store_when_it_asked_and_what_the_server_said(trial: Trial) -> None:
    assert trial.pool.known == [NO_VALIDATORS]
    assert trial.revision == WebRevision(ALGORITHM_VERSION, 1_000_000, FIRST)


def test_should_not_ask_again_before_the_time_has_come(trial: Trial) -> None:
    trial.clock.now += 29 * DAY
    assert trial.run() == Batch(unchanged=1)
    assert trial.pool.tasks == []


def test_should_ask_for_another_version_when_the_time_has_come(trial: Trial) -> None:
    before = trial.product
    trial.clock.now += 30 * DAY
    assert trial.run() == Batch(unchanged=1)
    assert trial.pool.known == [FIRST]
    assert trial.revision == WebRevision(ALGORITHM_VERSION, int(trial.clock.now), FIRST)
    assert replace(trial.product, source_revision="") == replace(before, source_revision="")
    assert trial.run() == Batch(unchanged=1)
    assert trial.pool.tasks == []


def test_should_ask_at_once_where_told_to(trial: Trial) -> None:
    assert trial.run(after=0) == Batch(unchanged=1)
    assert trial.pool.seen == [URL]


def test_should_replace_a_picture_that_has_changed(trial: Trial) -> None:
    trial.pool.validators = SECOND
    trial.pool.outcomes[URL] = a_fingerprint(8, version=ALGORITHM_VERSION)
    assert trial.run(after=0) == Batch(done=1)
    assert trial.product.fingerprint_id == a_fingerprint(8).fingerprint_id
    assert trial.revision == WebRevision(ALGORITHM_VERSION, 1_000_000, SECOND)


def test_a_new_version_of_the_same_picture_should_change_nothing(trial: Trial) -> None:
    trial.pool.validators = SECOND
    assert trial.run(after=0) == Batch(unchanged=1)
    assert trial.revision == WebRevision(ALGORITHM_VERSION, 1_000_000, SECOND)


def test_should_keep_a_picture_that_cannot_be_reached_and_ask_next_time(trial: Trial) -> None:
    before = trial.product
    trial.clock.now += 40 * DAY
    trial.pool.outcomes[URL] = ImageUnreachableError("The host is away.")
    assert trial.run() == Batch(unchanged=1)
    assert trial.product == before
    trial.run()
    assert trial.pool.seen == [URL]


def test_should_refuse_a_row_whose_picture_is_gone(trial: Trial) -> None:
    before = trial.product
    trial.pool.outcomes[URL] = ImageNotFoundError("There is no picture.")
    [failure] = trial.run(after=0).failures
    assert (failure.entity_id, failure.code) == ("7", "image_not_found")
    assert trial.product == before


def test_should_ask_for_pictures_of_another_algorithm_version(trial: Trial) -> None:
    older = str(WebRevision("2-older", 1_000_000, FIRST))
    trial.storage.products.put_many([replace(trial.product, source_revision=older)])
    assert trial.run() == Batch(done=1)
    assert trial.pool.known == [NO_VALIDATORS]


def test_should_ask_again_where_the_row_has_changed(trial: Trial) -> None:
    """The picture is not sent again, but what is stored with it is new."""
    assert trial.run(replace(ROW, attributes={"colour": "blue"})) == Batch(done=1)
    assert trial.pool.known == [FIRST]
    assert trial.product.attributes == {"colour": "blue"}
    assert trial.product.fingerprint_id == a_fingerprint(7).fingerprint_id


def test_should_refresh_every_picture_of_a_product(trial: Trial) -> None:
    row = replace(ROW, further_image_urls=("https://shop.example/9.jpg",))
    assert trial.run(row) == Batch(done=1)
    assert trial.run(row, after=0) == Batch(unchanged=1)
    assert trial.pool.known == [FIRST, FIRST]


def test_a_preview_should_count_what_is_asked_again_as_unchanged(trial: Trial) -> None:
    assert list(trial.loader(0).changes([ROW])) == [(ROW, RowChange.UNCHANGED)]
