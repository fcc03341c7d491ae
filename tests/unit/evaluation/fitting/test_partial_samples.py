"""A collection that was stopped goes on where it was, with the same samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lookalike.evaluation.fitting.partial_samples import ITEMS_PER_FILE, in_parts
from lookalike.evaluation.fitting.sample import Sample

ITEMS = range(2 * ITEMS_PER_FILE + 7)


def samples_of(item: int) -> list[Sample]:
    """One sample, two or none."""
    features = {"a": item / 8, "b": -1.0}
    return [
        Sample(item, 1, n, "crop10", n == 1, features, 9 * n, item % 2 == 0, item / 256)
        for n in range(item % 3)
    ]


class Computing:
    """Computes samples, and counts the items that it was called with."""

    def __init__(self) -> None:
        self.items: Sequence[int] = []

    def __call__(self, items: Sequence[int]) -> Iterator[list[Sample]]:
        self.items = items
        return map(samples_of, items)


EXPECTED = [sample for item in ITEMS for sample in samples_of(item)]


def test_should_give_all_samples_in_order(tmp_path: Path) -> None:
    assert list(in_parts(tmp_path / "parts", ITEMS, Computing())) == EXPECTED


def test_should_compute_only_what_is_not_kept(tmp_path: Path) -> None:
    stopped = in_parts(tmp_path, ITEMS, Computing())
    assert len(list(islice(stopped, ITEMS_PER_FILE + 1))) == ITEMS_PER_FILE + 1
    stopped.close()  # type: ignore[attr-defined]
    again, done = Computing(), Computing()
    assert list(in_parts(tmp_path, ITEMS, again)) == EXPECTED
    assert again.items == ITEMS[2 * ITEMS_PER_FILE :]
    assert list(in_parts(tmp_path, ITEMS, done)) == EXPECTED
    assert not done.items


def test_should_keep_items_without_samples(tmp_path: Path) -> None:
    for _ in range(2):
        assert list(in_parts(tmp_path, range(3), lambda rest: iter([[] for _ in rest]))) == []
    assert len(list(tmp_path.iterdir())) == 1
