"""The embedded storage by size: loading, start, and the search for candidates."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.phash import PHash
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.matching.retrieval import nearest_for
from lookalike.pictures import Picture
from lookalike.storage.sqlite.storage import EmbeddedStorage
from scripts.benchmarks.machine import ONE_THREAD, cores, resident_bytes, stay_on
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.synthetic_catalogue import (
    NOISE,
    Packed,
    bases_of,
    noisy,
    product_of,
    sample_fingerprints,
    synthetic_pictures,
)
from scripts.benchmarks.timing import Samples, milliseconds, timed

SIZES = (1_133, 100_000, 1_000_000)
QUICK_SIZES = (250, 500)
BASES, QUICK_BASES = 200, 5
QUERIES, QUICK_QUERIES = 200, 5
LIMIT = 0.050
"""Seconds for a search for candidates among a million pictures on one core."""


@dataclass(frozen=True)
class Result:
    """Figures of one size; times in seconds, sizes in bytes.

    Attributes:
        pictures: number of pictures.
        load: duration of writing all pictures and products.
        size: of the folder.
        start: duration of opening the folder and reading the vectors.
        memory: additional memory of the process after the start.
        eight: searches with eight pHash rows (no border) and one deep row.
        sixteen: searches with sixteen pHash rows (with a border) and one deep row.
    """

    pictures: int
    load: float
    size: int
    start: float
    memory: int
    eight: Samples
    sixteen: Samples


def measure(*, quick: bool) -> Section:
    """Measure all sizes."""
    stay_on(cores()[-1])
    bases = bases_of(sample_fingerprints(QUICK_BASES if quick else BASES))
    queries = QUICK_QUERIES if quick else QUERIES
    results = [_of_size(number, bases, queries) for number in (QUICK_SIZES if quick else SIZES)]
    rows = [_row(result) for result in results]
    header = ["pictures", "load", "on disk", "start", "memory", "no border, p50 / p95, ms"]
    header += ["CPU p50", "with border, p50 / p95, ms", "CPU p50"]
    return Section(
        "Candidates among many pictures",
        f"{_explained(len(bases[PHash.layout.name]), queries)}\n\n{table(header, rows)}",
        [_target(results[-1])],
    )


def _explained(bases: int, queries: int) -> str:
    return (
        f"Embedded storage, one process on one core. Pictures are the fingerprints of {bases} "
        f"sample photographs with {NOISE:.0%} of the bits flipped at random, each with a product; "
        f"{queries} queries of the same kind ask for the nearest on each hash, as many as in a "
        f"check: {nearest_for(SIZES[0])} to {nearest_for(SIZES[-1])}. A query has one deep row and "
        "eight pHash rows, or sixteen for a picture with a border. *Start*: opening the folder and "
        "reading the vectors. *Memory*: additional memory of the process after that. Signatures, "
        "which no search uses, are empty here."
    )


def load(folder: Path, batches: Iterator[list[Picture]]) -> float:
    """Seconds to write all pictures, each with a product; generating them does not count."""
    storage = EmbeddedStorage(folder, ALGORITHM_VERSION)
    seconds = 0.0
    number = 0
    for pictures in batches:
        products = [product_of(picture, number + row) for row, picture in enumerate(pictures)]
        number += len(pictures)
        began = time.perf_counter()
        with storage.transaction():
            storage.pictures.put_many(pictures)
            storage.products.put_many(products)
        seconds += time.perf_counter() - began
    storage.close()
    return seconds


def _of_size(number: int, bases: Packed, queries: int) -> Result:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        np.savez(root / "bases.npz", **bases)  # type: ignore[arg-type]  # the stub takes no mapping
        seconds = load(root / "data", synthetic_pictures(number, bases, np.random.default_rng(1)))
        size = sum(path.stat().st_size for path in (root / "data").iterdir())
        command = [sys.executable, "-m", __name__, str(root), str(queries)]
        subprocess.run(command, check=True, env=os.environ | ONE_THREAD)  # noqa: S603 - this module
        with np.load(root / "times.npz") as times:
            start, memory = times["figures"].tolist()
            eight, sixteen = (Samples(*times[name]) for name in ("eight", "sixteen"))
        return Result(number, seconds, size, start, int(memory), eight, sixteen)


def _row(result: Result) -> list[str]:
    return [
        f"{result.pictures:,}",
        f"{result.load:.1f} s ({result.pictures / result.load:,.0f}/s)",
        f"{result.size / 2**20:,.0f} MiB",
        f"{result.start:.2f} s",
        f"{result.memory / 2**20:,.0f} MiB",
        *_latency(result.eight),
        *_latency(result.sixteen),
    ]


def _latency(samples: Samples) -> Sequence[str]:
    p50, p95 = samples.median, samples.quantile(0.95)
    return f"{milliseconds(p50)} / {milliseconds(p95)}", milliseconds(samples.cpu_median)


def _target(result: Result) -> Target:
    return Target(
        f"candidate query among {result.pictures:,} pictures, one core, p50",
        f"≤ {milliseconds(LIMIT)} ms",
        f"{milliseconds(result.eight.median)} ms, with border "
        f"{milliseconds(result.sixteen.median)} ms",
        max(result.eight.median, result.sixteen.median) <= LIMIT,
    )


def _query_times(
    storage: EmbeddedStorage, bases: Packed, forms: int, number: int
) -> NDArray[np.float64]:
    """Wall and processor seconds of each query, shape (2, number)."""
    source = np.random.default_rng(forms)
    limit = nearest_for(storage.vectors.count())
    times = []
    for _ in range(number):
        asked = noisy(bases, source.integers(0, len(bases[PHash.layout.name]), forms), source)
        queries = {
            PHash.layout.name: asked[PHash.layout.name],
            DeepHash.layout.name: asked[DeepHash.layout.name][:1],
        }
        times.append(timed(partial(storage.vectors.nearest, queries, limit)))
    return np.array(times).T


def _query_process(root: Path, number: int) -> None:
    """In a process of its own, open the folder, search, and write the figures to a file."""
    idle = resident_bytes()
    began = time.perf_counter()
    storage = EmbeddedStorage(root / "data", ALGORITHM_VERSION, read_only=True)
    storage.vectors.count()
    start = time.perf_counter() - began
    memory = resident_bytes() - idle
    with np.load(root / "bases.npz") as stored:
        bases = {field: stored[field] for field in stored.files}
    eight, sixteen = (_query_times(storage, bases, forms, number) for forms in (8, 16))
    storage.close()
    np.savez(root / "times.npz", figures=[start, memory], eight=eight, sixteen=sixteen)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The searching process of the benchmark.")
    parser.add_argument("root", type=Path)
    parser.add_argument("queries", type=int)
    arguments = parser.parse_args()
    _query_process(arguments.root, arguments.queries)
