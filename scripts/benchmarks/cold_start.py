"""The deployed check function: duration of a cold start, and of a warm check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from scripts.benchmarks.check_function import FULL_SPEED_JAVA, Started, check_function, pictures_of
from scripts.benchmarks.machine import cores, stay_on
from scripts.benchmarks.pictures import NATIVE, mirrored, photos
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.timing import Samples, milliseconds
from scripts.opensearch_server.server import JavaOptions

COLD_LIMIT = 2.5
"""Median seconds from the start of the process to its first answer."""
WARM_LIMIT = 0.080
"""Median seconds of a check."""
COPY, UNRELATED = "a copy", "an unrelated picture"
AS_ZIPPED, COMPILED = "as in the zip, without bytecode", "with bytecode"


@dataclass(frozen=True)
class ColdStartWorkload:
    """How much is measured.

    Attributes:
        sample: number of sample photographs.
        queries: number of photographs to ask about that are in the catalogue, and of those that
            are left out of it.
        warm_ups: number of starts of the function before those that count.
        starts: number of starts of the function that count.
        uncounted: warm-up rounds of all queries, also for the search server.
        rounds: rounds of all queries that count.
        java: options of the search server.
    """

    sample: int = 200
    queries: int = 20
    warm_ups: int = 1
    starts: int = 7
    uncounted: int = 15
    rounds: int = 5
    java: JavaOptions = FULL_SPEED_JAVA


QUICK = ColdStartWorkload(
    sample=5, queries=1, warm_ups=0, starts=1, uncounted=1, rounds=1, java=JavaOptions()
)


def measure(*, quick: bool) -> Section:
    """Measure cold starts and warm checks."""
    return measure_workload(QUICK if quick else ColdStartWorkload())


def measure_workload(workload: ColdStartWorkload) -> Section:
    """Measure them with a given workload."""
    asked = photos(2 * workload.queries, NATIVE)
    copies, unrelated = asked[: workload.queries], asked[workload.queries :]
    queries = {f"{COPY} {photo.name}": mirrored(photo) for photo in copies}
    queries |= {f"{UNRELATED} {photo.name}": photo for photo in unrelated}
    stay_on(cores()[-1])
    pictures = pictures_of(workload.sample, {photo.name for photo in unrelated})
    with (
        TemporaryDirectory() as name,
        check_function(Path(name), pictures, queries, workload.java) as function,
    ):
        stay_on(cores()[0])
        bytecode = {AS_ZIPPED: None, COMPILED: Path(name, "bytecode")}
        rounds = [
            {kind: function.started(folder) for kind, folder in bytecode.items()}
            for _ in range(workload.warm_ups + workload.starts)
        ]
        warm = function.started(bytecode[COMPILED], workload.uncounted, workload.rounds)
    starts = {kind: [each[kind] for each in rounds[workload.warm_ups :]] for kind in bytecode}
    times = {kind: _times(warm, kind) for kind in (COPY, UNRELATED)}
    tables = f"{table(_COLD, _cold_rows(starts))}\n\n{table(_WARM, _warm_rows(times))}"
    text = f"{_explained(workload)}\n\n{tables}"
    return Section("The check function", text, list(_targets(starts, times)))


_COLD = [
    "seconds from the start of the process",
    "it can be called",
    "**first answer**",
    "worst",
    "CPU",
]
_WARM = ["ms", "p50", "p95", "CPU p50"]


def _explained(workload: ColdStartWorkload) -> str:
    return (
        "The handler of `find_similar` as Lambda starts and calls it, with the contents of its own "
        "zip for this machine and interpreter, in a new process on one core: libraries, model, "
        "wiring, and `POST /find_similar` with a photograph of 400 x 533 in the event. Medians of "
        f"{workload.starts} starts after a warm-up start, so files are in the page cache; the "
        "start of the interpreter is included, fetching the zip is not. OpenSearch (shipped "
        "settings, one node) and a stand-in for DynamoDB (two tables in memory behind HTTP) run on "
        f"the other core. Warm: {workload.queries} mirrored copies and {workload.queries} "
        f"photographs that are not in the catalogue of {workload.sample - workload.queries}, asked "
        f"{workload.rounds} times each in one process, after {workload.uncounted} warm-up rounds: "
        "a new server takes twice as long for a search until its code is compiled. *CPU* is that "
        "of the function. Zips contain no bytecode, since only the interpreter that runs it can "
        "compile it; the second row shows what bytecode would save."
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
        f"≤ {COLD_LIMIT:.1f} s",
        f"{first:.2f} s (CPU {cpu:.2f})",
        first <= COLD_LIMIT,
    )
    for kind, found in times.items():
        yield Target(
            f"warm check of {kind} by the function against OpenSearch, one core, p50",
            f"≤ {milliseconds(WARM_LIMIT)} ms",
            f"{milliseconds(found.median)} ms (CPU {milliseconds(found.cpu_median)})",
            found.median <= WARM_LIMIT,
        )
