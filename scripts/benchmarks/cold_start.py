"""The check function of the deployment: how soon it answers first, and how soon when warm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from scripts.benchmarks.check_function import (
    Started,
    check_function,
)
from scripts.benchmarks.machine import cores, stay_on
from scripts.benchmarks.pictures import NATIVE, mirrored, photos
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.timing import Samples, milliseconds

COLD_REACH = 2.5
"""Seconds from the start of the process to its first answer, at the median."""
WARM_REACH = 0.080
"""Seconds for a check, at the median."""
COPY, UNRELATED = "a copy", "an unrelated picture"
AS_ZIPPED, COMPILED = "as in the zip, without bytecode", "with bytecode"


@dataclass(frozen=True)
class Amount:
    """How much is measured.

    Attributes:
        sample: photographs of the sample that are used.
        queries: of them that are asked about in the catalogue, and as many that are left out of it.
        starts: how often the function is started.
        uncounted: how often each is asked until the server of the index is warm, too.
        rounds: how often each is asked then.
    """

    sample: int = 200
    queries: int = 20
    starts: int = 7
    uncounted: int = 15
    rounds: int = 5


QUICK = Amount(sample=5, queries=1, starts=1, uncounted=1, rounds=1)


def measured(*, quick: bool) -> Section:
    """The tables of cold starts and of warm checks."""
    return measured_of(QUICK if quick else Amount())


def measured_of(amount: Amount) -> Section:
    """The same, of other amounts."""
    asked = photos(2 * amount.queries, NATIVE)
    copies, unrelated = asked[: amount.queries], asked[amount.queries :]
    queries = {f"{COPY} {photo.name}": mirrored(photo) for photo in copies}
    queries |= {f"{UNRELATED} {photo.name}": photo for photo in unrelated}
    stay_on(cores()[-1])
    with (
        TemporaryDirectory() as name,
        check_function(Path(name), amount.sample, queries, unrelated) as function,
    ):
        stay_on(cores()[0])
        bytecode = {AS_ZIPPED: None, COMPILED: Path(name, "bytecode")}
        rounds = [
            {kind: function.started(folder) for kind, folder in bytecode.items()}
            for _ in range(1 + amount.starts)
        ]
        warm = function.started(uncounted=amount.uncounted, rounds=amount.rounds)
    starts = {kind: [each[kind] for each in rounds[1:]] for kind in bytecode}
    times = {kind: _times(warm, kind) for kind in (COPY, UNRELATED)}
    tables = f"{table(_COLD, _cold_rows(starts))}\n\n{table(_WARM, _warm_rows(times))}"
    text = f"{_explained(amount)}\n\n{tables}"
    return Section("The check function", text, list(_targets(starts, times)))


_COLD = [
    "seconds from the start of the process",
    "it can be called",
    "**first answer**",
    "worst",
    "CPU",
]
_WARM = ["ms", "p50", "p95", "CPU p50"]


def _explained(amount: Amount) -> str:
    return (
        "The handler of `find_similar` as Lambda starts and calls it, with the contents of its own "
        "zip made for this machine and interpreter, in a fresh process that may use one core: "
        "libraries, model, parts, and `POST /find_similar` with a photograph of 400 x 533 in the "
        f"event. Medians of {amount.starts} starts after one that does not count, so files are in "
        "the page cache; the interpreter's own start is part of it, fetching the zip is not. "
        "OpenSearch (shipped settings, on one node) and what stands for DynamoDB (two tables in "
        "memory behind HTTP, no more) run on the other core. Warm: "
        f"{amount.queries} mirrored copies and {amount.queries} photographs that are not in the "
        f"catalogue of {amount.sample - amount.queries}, asked {amount.rounds} times each in one "
        f"process, after {amount.uncounted} times that do not count: a server that has just "
        "started needs twice as long for a search until it has compiled itself. *CPU* is that of "
        "the function. Zips hold no bytecode, which only the interpreter that runs it can make; "
        "what it would save is in the second row."
    )


def _times(started: Started, kind: str) -> Samples:
    every = [
        pair for name, pairs in started.times.items() if name.startswith(kind) for pair in pairs
    ]
    return Samples(*np.array(every).T)


def _cold_rows(starts: Mapping[str, Sequence[Started]]) -> Iterator[list[str]]:
    for kind, found in starts.items():
        built, answered = [s.built for s in found], [s.answered for s in found]
        cpu = np.median([s.cpu for s in found])
        figures = (np.median(built), np.median(answered), max(answered), cpu)
        yield [kind, *(f"{figure:.2f}" for figure in figures)]


def _warm_rows(times: Mapping[str, Samples]) -> Iterator[list[str]]:
    for kind, found in times.items():
        figures = (found.median, found.quantile(0.95), found.cpu_median)
        yield [f"check of {kind}", *map(milliseconds, figures)]


def _targets(
    starts: Mapping[str, Sequence[Started]], times: Mapping[str, Samples]
) -> Iterator[Target]:
    zipped = starts[AS_ZIPPED]
    first = float(np.median([start.answered for start in zipped]))
    cpu = float(np.median([start.cpu for start in zipped]))
    yield Target(
        "cold start of the check function to its first answer, one core, p50",
        f"≤ {COLD_REACH:.1f} s",
        f"{first:.2f} s (CPU {cpu:.2f})",
        first <= COLD_REACH,
    )
    for kind, found in times.items():
        yield Target(
            f"warm check of {kind} by the function against OpenSearch, one core, p50",
            f"≤ {milliseconds(WARM_REACH)} ms",
            f"{milliseconds(found.median)} ms (CPU {milliseconds(found.cpu_median)})",
            found.median <= WARM_REACH,
        )
