"""Imports that check each product before they store it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.duplicates.arrival import ArrivalPolicy, CheckedArrivals
from lookalike.duplicates.on_duplicate import OnDuplicate
from lookalike.errors import BadParameterError, ImageCorruptError
from lookalike.imports.batch import Batch
from lookalike.imports.catalogue_import import CatalogueImport
from lookalike.local.imports.background_imports import BackgroundImports
from lookalike.storage.import_runs import FailedRow
from tests.builders import a_fingerprint
from tests.unit.duplicates.test_arrival import IdenticalCheck
from tests.unit.imports.test_catalogue_import import (
    NOW,
    Trial,
    a_failure,
    a_row,
    some_rows,
    trial,
)
from tests.unit.local.webhooks.receiver import wait_until

__all__ = ["trial"]


def a_copy(number: int, of: int) -> CatalogueRow:
    """A row whose picture is that of another row."""
    return CatalogueRow(number + 2, f"copy-{number}", "", f"{of}.jpg", {})


def loader(trial: Trial, on_duplicate: OnDuplicate) -> CatalogueImport:
    """An import that checks."""
    arrivals = CheckedArrivals(trial.storage, IdenticalCheck(trial.storage), lambda: NOW)
    policy = ArrivalPolicy(arrivals, on_duplicate)
    return CatalogueImport(trial.storage, trial.files, trial.pool, lambda: NOW, policy)


def load(
    trial: Trial, rows: Sequence[CatalogueRow | FailedRow], on_duplicate: OnDuplicate
) -> Batch:
    """The sum of all batches."""
    trial.batches.clear()
    assert loader(trial, on_duplicate).run(rows, trial.batches.append)
    return trial.total


def test_should_refuse_the_row_of_a_duplicate_with_its_reason(trial: Trial) -> None:
    """Also of a row of the same file, whichever task of a worker it is in."""
    trial.run([a_row(0)])
    rows: list[CatalogueRow | FailedRow] = [
        a_row(0),
        a_copy(1, of=0),
        a_row(2),
        a_copy(3, of=2),
        a_failure(4),
        a_row(5),
    ]
    total = load(trial, rows, OnDuplicate.REFUSE)
    assert (total.done, total.unchanged) == (2, 1)
    assert [(row.row, row.entity_id, row.code) for row in total.failures] == [
        (3, "copy-1", "duplicate_found"),
        (5, "copy-3", "duplicate_found"),
        (6, "4", "no_picture"),
    ]
    assert total.failures[0].detail == (
        "The product '0' shows the same picture (99.9 %). Nothing is stored."
    )
    assert trial.entity_ids == ["0", "2", "5"]


def test_should_count_every_row_once_and_in_order(trial: Trial) -> None:
    """So an import that was stopped goes on behind the last row that was counted."""
    trial.pool.outcomes["7.jpg"] = ImageCorruptError("Broken.")
    rows = [a_copy(number, of=0) if number % 5 == 4 else a_row(number) for number in range(40)]
    load(trial, rows, OnDuplicate.REFUSE)
    assert sum(batch.rows for batch in trial.batches) == 40
    assert all(batch.done + batch.unchanged <= 1 for batch in trial.batches)
    seen = 0
    for batch in trial.batches:
        refused = [row.row - 2 for row in batch.failures]
        assert all(seen <= number < seen + batch.rows for number in refused)
        seen += batch.rows


@pytest.mark.parametrize("on_duplicate", [OnDuplicate.ACCEPT, OnDuplicate.FLAG])
def test_should_store_what_it_may(trial: Trial, on_duplicate: OnDuplicate) -> None:
    total = load(trial, [a_row(0), a_copy(1, of=0)], on_duplicate)
    assert (total.done, total.failures) == (2, ())
    products = trial.storage.products.showing(a_fingerprint(0).fingerprint_id)
    assert [product.entity_id for product in products] == ["0", "copy-1"]


def test_should_refuse_nothing_that_is_stored_already(trial: Trial) -> None:
    rows = [a_row(0), a_copy(1, of=0)]
    load(trial, rows, OnDuplicate.ACCEPT)
    again = load(trial, rows, OnDuplicate.REFUSE)
    assert (again.unchanged, again.failures) == (2, ())


def test_should_go_on_where_it_was_stopped(trial: Trial) -> None:
    def should_stop() -> bool:
        return len(trial.batches) == 3

    loading = loader(trial, OnDuplicate.REFUSE)
    assert not loading.run(some_rows(9), trial.batches.append, should_stop)
    assert trial.entity_ids == ["0", "1", "2"]
    assert load(trial, some_rows(9), OnDuplicate.REFUSE) == Batch(done=6, unchanged=3)


def test_should_check_an_import_of_the_service(trial: Trial, tmp_path: Path) -> None:
    """What was asked for is kept with the run, for whoever goes on with it."""
    asked: list[OnDuplicate] = []

    def policy(on_duplicate: OnDuplicate) -> ArrivalPolicy:
        asked.append(on_duplicate)
        arrivals = CheckedArrivals(trial.storage, IdenticalCheck(trial.storage), lambda: NOW)
        return ArrivalPolicy(arrivals, on_duplicate)

    runs = BackgroundImports(
        tmp_path, trial.storage, trial.loader, lambda: NOW, kept=9.0, policy=policy
    )
    runs.open()
    catalogue = b"entity_id,image_url\na,0.jpg\nb,0.jpg\nc,1.jpg\n"
    run = runs.start(catalogue, on_duplicate=OnDuplicate.REFUSE)
    wait_until(lambda: not trial.storage.imports.running())
    runs.close()
    ended = trial.storage.imports.get(run.import_id)
    assert (ended.done, ended.failed, ended.on_duplicate) == (2, 1, "refuse")
    [failure] = trial.storage.imports.failures(run.import_id)
    assert (failure.entity_id, failure.code) == ("b", "duplicate_found")
    assert asked == [OnDuplicate.REFUSE]


def test_should_refuse_to_check_where_nothing_is_checked(trial: Trial, tmp_path: Path) -> None:
    runs = BackgroundImports(tmp_path, trial.storage, trial.loader, lambda: NOW, kept=9.0)
    with pytest.raises(BadParameterError, match="leave out check"):
        runs.start(b"entity_id,image_url\na,0.jpg\n", on_duplicate=OnDuplicate.FLAG)
