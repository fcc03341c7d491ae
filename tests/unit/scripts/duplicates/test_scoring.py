"""The benchmark of duplicates: what is mixed, and how groups are scored."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.evaluation.edits import CHAINS
from scripts.duplicates.mixture import MixedProduct, mixture
from scripts.duplicates.scoring import Score, components, missed_edits, score, true_pairs

PHOTOS = Path(__file__).parents[4] / "sample" / "photos"
PRODUCTS = [
    MixedProduct("a", "a", Path("a.jpg")),
    MixedProduct("a1", "a", Path("a1.jpg"), "flip"),
    MixedProduct("a2", "a", Path("a2.jpg"), "crop10"),
    MixedProduct("b", "b", Path("b.jpg")),
]


def test_should_know_all_pairs_of_one_photograph() -> None:
    pairs = ("a a1", "a a2", "a1 a2")
    assert true_pairs(PRODUCTS) == {frozenset(pair.split()) for pair in pairs}


def test_should_score_pairs_within_groups() -> None:
    found = score([["a", "a1"], ["a2", "b"]], PRODUCTS)
    assert found == Score(found=2, right=1, true=3, largest=2, mixing=1)
    assert found.recall == pytest.approx(1 / 3)
    assert found.precision == 0.5
    assert score([], PRODUCTS).precision == 1


def test_should_connect_pairs() -> None:
    groups = components([("a", "b"), ("c", "d"), ("b", "c"), ("x", "y")])
    assert sorted(map(sorted, groups)) == [["a", "b", "c", "d"], ["x", "y"]]


def test_should_list_the_edits_that_were_missed() -> None:
    assert missed_edits([["a", "a1"], ["a2", "b"]], PRODUCTS) == {"crop10": 1}


@pytest.mark.slow
def test_should_mix_the_same_copies_again(tmp_path: Path) -> None:
    first = mixture(PHOTOS, 14, tmp_path, seed=3)
    copies = [product for product in first if product.edit]
    assert [product.edit for product in copies[-10:]] == list(CHAINS)
    assert all(product.path.exists() and product.photograph for product in copies)
    times = [product.path.stat().st_mtime_ns for product in copies]
    assert mixture(PHOTOS, 14, tmp_path, seed=3) == first
    assert [product.path.stat().st_mtime_ns for product in copies] == times
