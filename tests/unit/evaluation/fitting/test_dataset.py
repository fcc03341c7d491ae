"""Samples are written and read, with masks that tell what each shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookalike.evaluation.fitting.dataset import Dataset, is_about, write
from lookalike.evaluation.fitting.sample import Sample
from tests.unit.evaluation.fitting.builders import some_entries


@pytest.fixture
def few(tmp_path: Path) -> Dataset:
    """One query of each kind, as it is written and read."""
    samples = [
        Sample(0, 0, 0, "crop25", recoloured=False, features={"a": 1.0, "b": 2.0}),
        Sample(0, 0, 2, "crop25", recoloured=False, features={"a": 3.0, "b": 4.0}, nearest=17),
        Sample(0, 0, 9, "crop25", recoloured=False, features={"a": 5.0, "b": 6.0}, lacking=0.25),
        Sample(1, 3, 3, "dye_dark", recoloured=True, features={"a": 7.0, "b": 8.0}),
        Sample(2, 4, 0, "shared_logo", recoloured=False, features={"a": 9.0, "b": 0.0}),
        Sample(3, 5, 5, "background_white", recoloured=False, features={"a": 0.0, "b": 0.0}),
        Sample(
            *(4, 7, 7, "random_stickers"),
            recoloured=False,
            features={"a": 0.0, "b": 0.0},
            is_about_colours=True,
        ),
    ]
    write(tmp_path / "samples.npz", some_entries(40, group_size=4), samples)
    return Dataset.read(tmp_path / "samples.npz")


def test_should_tell_what_each_sample_shows(few: Dataset) -> None:
    assert few.feature_names == ["a", "b"]
    assert few.features[:, 0].tolist() == [1, 3, 5, 7, 9, 0, 0]
    assert few.nearest.tolist() == [512, 17, 512, 512, 512, 512, 512]
    assert few.lacking.tolist() == [0, 0, 0.25, 0, 0, 0, 0]
    assert few.is_own.tolist() == [True, False, False, True, False, True, True]
    assert few.is_unrelated.tolist() == [False, False, True, False, True, False, False]
    assert few.is_other_colour.tolist() == [False, True, False, False, False, False, False]
    assert few.is_about_colours.tolist() == [False] * 6 + [True]
    assert few.is_recolouring.tolist() == [False, False, False, True, False, False, False]
    assert few.is_recoloured.tolist() == [False, False, False, True, False, False, False]
    assert few.is_hard.tolist() == [False, False, False, False, True, False, False]
    assert not few.is_product_pair.any()
    assert few.is_strong.tolist() == [False] * 6 + [True]
    assert not few.is_listing.any()
    assert few.has_overlay.tolist() == [False] * 4 + [True, False, True]
    assert few.has_new_background.tolist() == [False] * 5 + [True, False]
    assert few.domain.tolist() == ["home", "home", "home", "shop", "home", "shop", "shop"]


def test_should_keep_the_best_score_of_each_query(few: Dataset) -> None:
    scores = np.array([1.0, 5.0, 3.0, -1.0, 2.0, 0.0, 0.5])
    assert few.best_by_query(scores, few.is_unrelated) == {0: 3.0, 2: 2.0}
    assert few.best_by_query(scores, ~few.is_unrelated) == {0: 5.0, 1: -1.0, 3: 0.0, 4: 0.5}
    assert few.best_rows(scores, ~few.is_unrelated).tolist() == [1, 3, 5, 6]
    assert few.best_rows(scores, few.is_hard & few.is_own).tolist() == []


def test_should_tell_listings_that_show_one_photograph(tmp_path: Path) -> None:
    samples = [
        Sample(number, 2, candidate, edit, recoloured=False, features={"a": 1.0})
        for number, (candidate, edit) in enumerate([(2, "own_badges"), (6, "other_print")])
    ]
    write(tmp_path / "samples.npz", some_entries(8, group_size=1), samples)
    found = Dataset.read(tmp_path / "samples.npz")
    assert found.is_listing.tolist() == [True, False]
    assert not found.has_overlay.any()


def test_should_take_pictures_of_one_photograph_for_copies(tmp_path: Path) -> None:
    entries = some_entries(8, group_size=1)
    entries[2], entries[4] = (replace(entries[n], photograph="p") for n in (2, 4))
    entries[3] = replace(entries[3], photograph="p")
    samples = [
        Sample(0, 2, candidate, "crop25", recoloured=False, features={"a": 1.0})
        for candidate in (2, 4, 3, 6)
    ]
    write(tmp_path / "samples.npz", entries, samples)
    dataset = Dataset.read(tmp_path / "samples.npz")
    assert dataset.is_own.tolist() == [True, True, False, False]
    assert dataset.is_unrelated.tolist() == [False, False, True, True]


def test_should_tell_pairs_of_two_products_in_one_picture(tmp_path: Path) -> None:
    samples = [
        Sample(0, 0, 4, edit, recoloured=False, features={"a": 1.0})
        for edit in ("other_print", "shared_logo", "other_sibling")
    ]
    write(tmp_path / "samples.npz", some_entries(8, group_size=4), samples)
    dataset = Dataset.read(tmp_path / "samples.npz")
    assert dataset.is_hard.tolist() == [True, True, True]
    assert dataset.is_product_pair.tolist() == [True, False, False]
    assert dataset.is_sibling.tolist() == [False, False, True]


def test_should_leave_out_a_domain_with_all_samples_that_show_it(few: Dataset) -> None:
    """Entries with odd numbers are of the domain ``shop``; one unrelated candidate is, too."""
    home, shop = few.without(["shop"]), few.without(["home"])
    assert {*home.domains} == {"home"}
    assert {*shop.domains} == {"shop"}
    assert home.features[:, 0].tolist() == [1, 3, 9]
    assert shop.features[:, 0].tolist() == [7, 0, 0]
    assert home.groups[home.candidate].tolist() == ["style0", "style0", "style0"]
    assert home.is_own.tolist() == [True, False, False]
    assert home.is_unrelated.tolist() == [False, False, True]
    assert shop.is_recoloured.tolist() == [True, False, False]


def test_should_tell_whose_samples_a_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "samples.npz"
    assert not is_about(path, "mine")
    samples = [Sample(0, 0, 0, "crop25", recoloured=False, features={"a": 1.0})]
    write(path, some_entries(2, group_size=1), samples, "mine")
    assert is_about(path, "mine")
    assert not is_about(path, "yours")
