"""An import of products with several pictures: each is registered, or refused with its reason."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.errors import ImageCorruptError, ImageNotFoundError
from lookalike.local.imports import background_imports
from lookalike.local.imports.background_imports import BackgroundImports
from lookalike.products import Product
from lookalike.storage.import_runs import FailedRow
from tests.builders import a_fingerprint_id
from tests.unit.imports.test_catalogue_import import Trial
from tests.unit.local.imports.test_background_imports import ended

ROW = CatalogueRow(2, "1", "S", "1.jpg", {"colour": "red"}, ("2.jpg", "3.jpg"))
NOT_FOUND = ImageNotFoundError("There is no such file.")
CORRUPT = ImageCorruptError("It is cut off.")


@pytest.fixture
def trial() -> Iterator[Trial]:
    trial = Trial()
    yield trial
    trial.storage.close()


def stored(trial: Trial) -> Product:
    [product] = trial.storage.products.get_many(["1"]).values()
    return product


def addresses(trial: Trial) -> list[str | None]:
    return [image.image_url for image in stored(trial).images]


def refused(trial: Trial) -> list[FailedRow]:
    return [failure for batch in trial.batches for failure in batch.refused_images]


def test_should_register_all_pictures_and_pass_over_them_the_next_time(trial: Trial) -> None:
    assert trial.run([ROW]).done == 1
    assert addresses(trial) == ["1.jpg", "2.jpg", "3.jpg"]
    assert stored(trial).pictures == [a_fingerprint_id(number) for number in (1, 2, 3)]
    assert trial.storage.pictures.count() == 3

    again = trial.run([ROW])

    assert (again.done, again.unchanged, trial.pool.seen) == (0, 1, [])


def test_should_read_only_the_pictures_that_are_new(trial: Trial) -> None:
    trial.run([ROW])
    trial.files.revisions["2.jpg"] = "2"
    other = replace(ROW, sku="T", further_image_urls=("4.jpg", "2.jpg"))

    assert trial.run([other]).done == 1

    assert trial.pool.seen == ["4.jpg", "2.jpg"]
    assert addresses(trial) == ["1.jpg", "4.jpg", "2.jpg"]
    assert stored(trial).sku == "T"


def test_should_keep_a_product_without_the_pictures_that_are_refused(trial: Trial) -> None:
    trial.files.revisions["1.jpg"] = NOT_FOUND
    trial.pool.outcomes["3.jpg"] = CORRUPT

    total = trial.run([ROW])

    assert (total.done, total.failures, total.rows) == (1, (), 1)
    assert addresses(trial) == ["2.jpg"]
    assert refused(trial) == [
        FailedRow(
            2,
            "1",
            "1.jpg",
            NOT_FOUND.code,
            "The product is stored without 2 of its 3 pictures. 1.jpg: There is no such file. "
            "3.jpg: It is cut off.",
        )
    ]
    again = trial.run([ROW])
    assert (again.unchanged, trial.pool.seen, len(refused(trial))) == (1, ["3.jpg"], 1)
    del trial.pool.outcomes["3.jpg"], trial.files.revisions["1.jpg"]
    assert trial.run([ROW]).done == 1
    assert (addresses(trial), refused(trial)) == (["1.jpg", "2.jpg", "3.jpg"], [])


def test_should_refuse_a_row_of_which_no_picture_is_left(trial: Trial) -> None:
    trial.files.revisions |= {"1.jpg": NOT_FOUND, "2.jpg": NOT_FOUND}
    trial.pool.outcomes["3.jpg"] = CORRUPT

    [failure] = trial.run([ROW]).failures

    assert (failure.row, failure.image_url, failure.code) == (2, "1.jpg", NOT_FOUND.code)
    assert failure.detail == (
        "There is no such file. Its other pictures are refused, too. 2.jpg: There is no such file. "
        "3.jpg: It is cut off."
    )
    assert trial.storage.products.count() == 0


def test_should_say_that_a_product_has_too_many_pictures(trial: Trial) -> None:
    total = trial.run([replace(ROW, left_out=4)])
    assert total.done == 1
    [row] = refused(trial)
    assert (row.code, row.image_url) == ("too_many_images", None)
    assert row.detail == (
        "The product is stored without 4 of its 7 pictures. A product has at most 20 pictures."
    )


def test_should_read_a_stored_picture_again_that_is_lost(trial: Trial) -> None:
    trial.run([ROW])
    product = stored(trial)
    trial.storage.products.delete("1")
    trial.storage.pictures.sweep(2_000_000)
    trial.storage.products.put_many([product])

    assert trial.run([replace(ROW, sku="T")]).done == 1

    assert trial.pool.seen == ["1.jpg", "2.jpg", "3.jpg"]
    assert trial.storage.pictures.count() == 3


def test_should_put_no_more_pictures_into_a_task_than_it_has_to(trial: Trial) -> None:
    rows = [
        replace(ROW, entity_id=str(number), number=number, image_url=f"{100 * number}.jpg")
        for number in range(1, 13)
    ]
    assert trial.run(rows).done == 12
    assert max(map(len, trial.pool.tasks)) <= 18


def test_should_list_the_refused_pictures_of_an_import_beside_its_rows(
    tmp_path: Path, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as are kept; their rows are loaded."""
    monkeypatch.setattr(background_imports, "MAX_FAILURES", 30)
    trial.pool.outcomes |= {f"{number}.jpg": CORRUPT for number in range(1_000, 1_050)}
    lines = [f'{number},"{number}.jpg,{number + 1_000}.jpg"' for number in range(50)]
    with closing(
        BackgroundImports(tmp_path, trial.storage, trial.loader, time.time, kept=9)
    ) as runs:
        runs.open()
        started = runs.start("\n".join(["id,images", *lines, "x,NULL"]).encode())
        run = ended(trial.storage, started.import_id)
    assert (run.done, run.failed, run.total) == (50, 1, 51)
    kept = trial.storage.imports.failures(run.import_id)
    assert len(kept) == 30
    assert {failure.code for failure in kept} == {"image_corrupt"}
    assert kept[0].detail.startswith("The product is stored without 1 of its 2 pictures. 1000.jpg:")
