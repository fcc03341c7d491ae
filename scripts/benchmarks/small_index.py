"""The small index by size: starting from a snapshot, searching, following changes, compacting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np

from scripts.benchmarks.machine import ONE_THREAD, cores, stay_on
from scripts.benchmarks.report import Section, Target, table
from scripts.benchmarks.small_index_process import CHANGES, Result, made_entries, snapshots_in
from scripts.benchmarks.synthetic_catalogue import Packed, bases_of, sample_fingerprints
from scripts.benchmarks.timing import milliseconds

_PROCESS = "scripts.benchmarks.small_index_process"
SIZES, QUICK_SIZES = (100_000, 1_000_000), (300, 600)
BASES, QUICK_BASES = 100, 5
QUERIES, QUICK_QUERIES = 30, 3
_LIMIT = 0.030
"""Seconds of a core for a search among a million pictures."""


def measure(*, quick: bool) -> Section:
    """Measure all sizes."""
    stay_on(cores()[-1])
    bases = bases_of(sample_fingerprints(QUICK_BASES if quick else BASES))
    queries = QUICK_QUERIES if quick else QUERIES
    results = [_of_size(number, bases, queries) for number in (QUICK_SIZES if quick else SIZES)]
    return Section("The small index", "\n\n".join(_text(results)), [_target(results[-1])])


_EXPLAINED = (
    "One process on one core; pictures and queries as in *Candidates among many pictures*, "
    "queries with eight pHash rows and one deep row. A copy of the file on this disk stands for "
    "the transfer from S3. *Start*: copying it, its SHA-256, and reading it. *Memory*: additional "
    f"memory of the process after that. Searches with faiss, with faiss after {CHANGES:,} "
    "additions and as many removals, and with numpy alone, in turns."
)
_WORK = (
    f"*Follow*: applying these {2 * CHANGES:,} changes, read already. *Compact*: packing all "
    "entries anew, with these changes, and writing the file; *memory*: the most that this takes in "
    "addition to what was loaded."
)


def _text(results: list[Result]) -> list[str]:
    searches = ["pictures", "file", "start, s (CPU)", "memory"]
    searches += [f"{what}, p50 / p95, ms (CPU p50)" for what in ("faiss", "changed", "numpy")]
    works = ["pictures", "follow, s (CPU)", "compact, s (CPU)", "memory"]
    return [
        _EXPLAINED,
        table(searches, map(_search_row, results)),
        _WORK,
        table(works, map(_work_row, results)),
    ]


def _search_row(result: Result) -> list[str]:
    return [
        f"{result.pictures:,}",
        _mebibytes(result.size),
        _seconds(result.start),
        _mebibytes(result.memory),
        *map(_latency, (result.faiss, result.faiss_changed, result.numpy)),
    ]


def _work_row(result: Result) -> list[str]:
    done = map(_seconds, (result.follow, result.compact))
    return [f"{result.pictures:,}", *done, _mebibytes(result.compact_memory)]


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"


def _seconds(times: tuple[float, float]) -> str:
    return f"{times[0]:.2f} ({times[1]:.2f})"


def _latency(times: tuple[float, float, float]) -> str:
    p50, p95, cpu = map(milliseconds, times)
    return f"{p50} / {p95} ({cpu})"


def _target(result: Result) -> Target:
    _, _, cpu = result.faiss
    return Target(
        f"search in a small index of {result.pictures:,} pictures, one core, p50 (CPU)",
        f"≤ {milliseconds(_LIMIT)} ms",
        f"{milliseconds(cpu)} ms",
        cpu <= _LIMIT,
    )


def _of_size(number: int, bases: Packed, queries: int) -> Result:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        np.savez(root / "bases.npz", **bases)  # type: ignore[arg-type]  # the stub takes no mapping
        ref = snapshots_in(root).write(made_entries(number, bases, np.random.default_rng(1)), 0)
        (root / "ref.json").write_text(json.dumps(asdict(ref)))
        command = [sys.executable, "-m", _PROCESS, str(root), str(queries)]
        done = subprocess.run(  # noqa: S603 - this module
            command, check=True, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True
        )
        return Result(**json.loads(done.stdout))
