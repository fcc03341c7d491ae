"""The process that the benchmark of the small index measures, with a folder in the place of S3."""

from __future__ import annotations

import argparse
import json
import resource
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from typing_extensions import override

from lookalike.fingerprint.deep_hash import DeepHash
from lookalike.fingerprint.phash import PHash
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.matching.retrieval import nearest_for
from lookalike.pictures import VectorEntry
from lookalike.storage.faiss_search import faiss_knn
from lookalike.storage.interfaces import VectorIndex
from lookalike.storage.numpy_search import numpy_knn
from lookalike.storage.small.change_log import ChangeLog, LogState
from lookalike.storage.small.index import SmallIndex
from lookalike.storage.small.packed import PackedEntries
from lookalike.storage.small.snapshots import SnapshotRef, Snapshots
from lookalike.storage.synced_index import IndexChange, Removal
from scripts.benchmarks.machine import resident_bytes
from scripts.benchmarks.synthetic_catalogue import BATCH, TRIMMED_SHARE, Packed, noisy
from scripts.benchmarks.timing import Samples, Step, interleaved, timed

CHANGES = 1_000
"""Additions and removals, as many of each, that a reader follows."""


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of one size; times in seconds of wall and processor, sizes in bytes."""

    pictures: int
    size: int
    start: tuple[float, float]
    memory: int
    faiss: tuple[float, float, float]
    faiss_changed: tuple[float, float, float]
    numpy: tuple[float, float, float]
    follow: tuple[float, float]
    compact: tuple[float, float]
    compact_memory: int


class _FolderClient:
    """Stands for S3: objects are files of a folder."""

    def download_file(self, bucket: str, key: str, path: str) -> None:
        """Copy an object."""
        shutil.copyfile(Path(bucket, key.replace("/", "_")), path)

    def upload_file(self, path: str, bucket: str, key: str) -> None:
        """Copy a file."""
        shutil.copyfile(path, Path(bucket, key.replace("/", "_")))


class _ListLog(ChangeLog):
    """A log in a list, which is read at once."""

    def __init__(self, snapshot: SnapshotRef | None) -> None:
        self._snapshot = snapshot
        self._changes: list[list[IndexChange]] = []

    @override
    def state(self) -> LogState:
        return LogState(len(self._changes), self._snapshot)

    @override
    def append(self, changes: Any) -> None:
        self._changes.append(list(changes))

    @override
    def changes(self, after: int, upto: int) -> list[IndexChange]:
        return [change for batch in self._changes[after:upto] for change in batch]

    @override
    def publish(self, snapshot: SnapshotRef, replaced: SnapshotRef | None) -> bool:
        self._snapshot = snapshot
        return True

    @override
    def trim(self, upto: int) -> None:
        raise NotImplementedError


def snapshots_in(folder: Path) -> Snapshots:
    """The snapshots of a folder."""
    client: Any = _FolderClient()
    return Snapshots(client, str(folder), ALGORITHM_VERSION)


def made_entries(number: int, bases: Packed, source: np.random.Generator) -> PackedEntries:
    """As many entries as that, without making an object of each."""
    parts = [
        noisy(
            bases, source.integers(0, len(bases[PHash.layout.name]), min(BATCH, number - n)), source
        )
        for n in range(0, number, BATCH)
    ]
    codes = {field: np.concatenate([part[field] for part in parts]) for field in bases}
    owners = {field: np.arange(number) for field in codes}
    trimmed = np.flatnonzero(source.random(number) < TRIMMED_SHARE)
    codes["phash_trimmed"], owners["phash_trimmed"] = codes["phash_trimmed"][trimmed], trimmed
    ids = np.array([f"{place:032x}".encode() for place in range(number)])
    return PackedEntries(ids, codes, owners)


def _use(root: Path, number: int) -> Result:
    """In a process of its own, start, search, follow and compact."""
    ref = SnapshotRef(**json.loads((root / "ref.json").read_text()))
    with np.load(root / "bases.npz") as stored:
        bases = {field: stored[field] for field in stored.files}
    idle = resident_bytes()
    log, snapshots = _ListLog(ref), snapshots_in(root)
    index, changed, by_numpy = (
        SmallIndex(log, snapshots, ALGORITHM_VERSION, knn)
        for knn in (faiss_knn, faiss_knn, numpy_knn)
    )
    start = timed(index.count)
    memory = resident_bytes() - idle
    loaded = vars(index)["_loaded"]
    vars(by_numpy)["_loaded"] = loaded
    changed.count()
    rest = _changed(log, changed, bases)
    vars(index)["_log"] = vars(by_numpy)["_log"] = _ListLog(ref)
    times = _search_times({"faiss": index, "changed": changed, "numpy": by_numpy}, bases, number)
    started = resident_bytes()
    compact = timed(lambda: snapshots.write(changed.entries()[0], 1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Result(
        ref.count, ref.size, start, memory, times["faiss"], times["changed"], times["numpy"],
        rest, compact, peak - started,
    )  # fmt: skip


def _changed(log: _ListLog, index: SmallIndex, bases: Packed) -> tuple[float, float]:
    """Append changes; how long it takes to follow them."""
    source = np.random.default_rng(2)
    count = min(CHANGES, index.count() // 2)
    hashes = noisy(bases, source.integers(0, len(bases[PHash.layout.name]), count), source)
    for row in range(count):
        own = {field: values[row].tobytes() for field, values in hashes.items()}
        log.append([VectorEntry(f"new {row}", ALGORITHM_VERSION, own), Removal(f"{row:032x}")])
    return timed(index.count)


def _search_times(
    indices: Mapping[str, VectorIndex], bases: Packed, number: int
) -> dict[str, tuple[float, float, float]]:
    source = np.random.default_rng(8)
    limit = nearest_for(indices["faiss"].count())
    subjects: list[dict[str, Step]] = []
    for _ in range(number):
        asked = noisy(bases, source.integers(0, len(bases[PHash.layout.name]), 8), source)
        queries = {
            PHash.layout.name: asked[PHash.layout.name],
            DeepHash.layout.name: asked[DeepHash.layout.name][:1],
        }
        subjects.append(
            {name: partial(index.nearest, queries, limit) for name, index in indices.items()}
        )
    return {name: _figures(samples) for name, samples in interleaved(subjects, 2).items()}


def _figures(samples: Samples) -> tuple[float, float, float]:
    return samples.median, samples.quantile(0.95), samples.cpu_median


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The searching process of the benchmark.")
    parser.add_argument("root", type=Path)
    parser.add_argument("queries", type=int)
    arguments = parser.parse_args()
    print(json.dumps(asdict(_use(arguments.root, arguments.queries))))
