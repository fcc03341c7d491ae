"""Pairs that share a thing come with copies that differ in their encoding alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.fitting.sample import SIBLINGS
from lookalike.evaluation.fitting.shared_samples import (
    SAVED_ANEW,
    pairs,
    shared_samples,
)
from lookalike.evaluation.fitting.siblings import SiblingPair
from tests.images import encoded, picture

FIRST_NUMBER = 100


@pytest.fixture
def entries(tmp_path: Path) -> list[Entry]:
    """Two products of one shop."""
    entries = []
    for seed in range(2):
        path = tmp_path / f"{seed}.png"
        path.write_bytes(encoded(picture(320, 400, seed), "PNG"))
        entries.append(Entry(str(seed), "shop", f"shop:{seed}", path))
    return entries


def test_should_ask_about_another_product_and_about_two_copies(entries: list[Entry]) -> None:
    [pair] = [pair for pair in pairs(entries, [], FIRST_NUMBER, 1) if pair.kind == "shared_frame"]
    [samples] = shared_samples(entries, [pair], 1)
    assert [sample.query for sample in samples] == [*range(pair.number, pair.number + 3)]
    assert [sample.entry for sample in samples] == [pair.other, pair.stored, pair.stored]
    assert {sample.candidate for sample in samples} == {pair.stored}
    assert [samples[0].edit, samples[1].edit] == ["shared_frame", pair.edit]
    assert samples[2].edit in SAVED_ANEW


def test_should_list_two_products_and_copies_alike(
    entries: list[Entry], photos: tuple[Image.Image, ...]
) -> None:
    """Each listing bears something of its own, and what is asked bears the same in each query."""
    for entry, photo in zip(entries, photos, strict=False):
        photo.save(entry.path)
    drawn = pairs(entries, [SiblingPair(1, 0, 40)], FIRST_NUMBER, 2)
    pair = next(p for p in drawn if p.listing == "own_strips" and p.kind == "other_print")
    pair = pair._replace(edit="unchanged", saved=("unchanged",) * 3)
    [[other, edited, copy]] = shared_samples(entries, [pair], 1)
    assert [each.edit for each in (other, edited, copy)] == ["other_print", *["own_strips"] * 2]
    assert [each.entry for each in (other, edited, copy)] == [pair.other, pair.stored, pair.stored]
    assert copy.features == edited.features
    assert 0 < copy.features["pixel_difference"] < other.features["pixel_difference"]


def test_should_save_pictures_in_all_ways(entries: list[Entry]) -> None:
    drawn = pairs(entries, [], FIRST_NUMBER, 2)
    assert {edit for pair in drawn for edit in pair.saved} == set(SAVED_ANEW)


def test_should_draw_no_pairs_of_one_product(entries: list[Entry]) -> None:
    of_one = [replace(entry, group="shop:0") for entry in entries]
    assert not pairs(of_one, [], FIRST_NUMBER, 2)


def test_should_draw_no_pairs_of_one_photograph(entries: list[Entry]) -> None:
    """Its samples would be of copies, with another print each."""
    assert pairs(entries, [], FIRST_NUMBER, 2)
    of_one = [replace(entry, photograph="one") for entry in entries]
    assert len({entry.group for entry in of_one}) > 1
    assert not pairs(of_one, [], FIRST_NUMBER, 2)


def test_should_draw_each_random_choice_by_a_seed_of_its_own(entries: list[Entry]) -> None:
    pair = next(pair for pair in pairs(entries, [], FIRST_NUMBER, 1) if pair.listing)
    choices = ("shared", "listing", "stored", "asked", "edit", "copy")
    seeds = [each.seed_of(choice) for choice in choices for each in (pair, pair._replace(seed=1))]
    assert len({pair.seed, *seeds}) == 1 + len(seeds)


def test_should_ask_about_siblings_as_they_are(
    entries: list[Entry], photos: tuple[Image.Image, ...]
) -> None:
    """Nothing is made of them: they differ as much as their pictures do."""
    for entry, photo in zip(entries, photos, strict=False):
        photo.save(entry.path)
    made = len([pair for pair in pairs(entries, [], FIRST_NUMBER, 1) if not pair.listing])
    drawn = pairs(entries, [SiblingPair(1, 0, 40)], FIRST_NUMBER, 1)
    pair, _ = [pair for pair in drawn if pair.kind == SIBLINGS]
    assert not pair.listing
    assert (pair.kind, pair.stored, pair.other) == (SIBLINGS, 1, 0)
    assert pair.number == FIRST_NUMBER + 3 * made
    [[other, edited, copy]] = shared_samples(entries, [pair], 1)
    assert (other.entry, other.candidate, other.edit) == (0, 1, SIBLINGS)
    assert other.features["fine_agreement"] < 0.5 < copy.features["fine_agreement"]
    assert (edited.entry, edited.candidate) == (copy.entry, copy.candidate) == (1, 1)
    # A copy has the sibling beside it; the sibling is asked about as if it were not there.
    assert [other.nearest, edited.nearest, copy.nearest] == [512, 40, 40]
