"""Samples that are kept while they are collected, so that a collection continues after a stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from lookalike.evaluation.fitting.sample import Sample, columns

Item = TypeVar("Item")
ITEMS_PER_FILE = 100


def in_parts(
    folder: Path,
    items: Sequence[Item],
    compute: Callable[[Sequence[Item]], Iterator[list[Sample]]],
) -> Iterator[Sample]:
    """The samples of all items: those that a folder keeps, then those that are computed.

    Args:
        folder: for these items alone; it need not exist.
        items: queries or pairs, the same and in the same order in every run.
        compute: yields the samples of each of the items that it is called with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = sorted(folder.glob("*.npz"))
    for path in kept:
        yield from _read(path)
    found = compute(items[ITEMS_PER_FILE * len(kept) :])
    number = len(kept)
    while part := list(islice(found, ITEMS_PER_FILE)):
        samples = [sample for samples in part for sample in samples]
        _write(folder / f"{number:06}.npz", samples)
        number += 1
        yield from samples


def _write(path: Path, samples: Sequence[Sample]) -> None:
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **columns(samples))
    new.replace(path)


def _read(path: Path) -> Iterator[Sample]:
    with np.load(path) as stored:
        names = stored["feature_names"].tolist()
        by_sample = ("numbers", "edits", "recoloured", "features", "about_colours", "lacking")
        rows = zip(*(stored[name].tolist() for name in by_sample), strict=True)
        for (query, entry, candidate, nearest), edit, recoloured, values, *more in rows:
            features = dict(zip(names, values, strict=True))
            yield Sample(query, entry, candidate, edit, recoloured, features, nearest, *more)
