"""Measure what a search for duplicates costs in catalogues of several sizes.

    python -m scripts.duplicates.size PHOTOGRAPHS [--sizes 1858 100000] [--queries 200] [--seed 1]

Photographs are mixed into as many entries as are wanted, as for the growth report
(``lookalike.evaluation.answers.synthetic_entries``), and put into a data folder. Of each catalogue
some pictures are drawn, and compared with all others by the code of ``lookalike duplicates``. Then
each tenth product is grouped with the one behind it, by links that are made for it. Times are those
of the processor, in one thread, so that other programs count little. Prints Markdown.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from lookalike.cores import usable_cores
from lookalike.duplicates.candidates import NearestPictures
from lookalike.duplicates.comparison import StoredComparison
from lookalike.duplicates.decided_pairs import in_batches
from lookalike.duplicates.keeping import Keep
from lookalike.duplicates.product_groups import product_groups
from lookalike.evaluation.answers.synthetic_entries import compute_embeddings, synthetic_entries
from lookalike.evaluation.methods.ours import one_fingerprinter
from lookalike.evaluation.parallel import results
from lookalike.fingerprint.stored_query import stored_query
from lookalike.images.preparation import prepare
from lookalike.local.data_folder import open_storage
from lookalike.matching.calibration import Calibration
from lookalike.matching.shipped import build_verifier
from lookalike.pictures import Fingerprint, Picture
from lookalike.products import Product
from lookalike.storage.duplicates import PictureLink
from lookalike.storage.sqlite.storage import EmbeddedStorage

LINKED_SHARE = 10
"""One product of so many is linked to the one behind it."""
BATCH = 1_000
RECIPE = "of a measurement"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one catalogue has cost.

    Attributes:
        size: its pictures.
        candidates: milliseconds for each picture.
        comparison: the same of all, candidates included.
        grouping: seconds for all.
        memory: of the process at its end, in MB.
    """

    size: int
    candidates: float
    comparison: float
    grouping: float
    memory: float


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_858, 100_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    paths = sorted(wanted.photographs.glob("*.jpg"))
    found = results(_fingerprint, paths, usable_cores(), "Fingerprinting")
    real = dict(zip((path.stem for path in paths), found, strict=True))
    embeddings = compute_embeddings(paths, usable_cores())
    print("| pictures | candidates | comparison | all pictures, one core | grouping | memory |")
    print("|--:|--:|--:|--:|--:|--:|")
    for size in sorted(wanted.sizes):
        made = synthetic_entries(real, embeddings, size - len(real), wanted.seed).fingerprints
        _show(_measured([*real.values(), *made.values()], wanted.queries, wanted.seed))


def _show(cost: Cost) -> None:
    hours = cost.size * cost.comparison / 3_600_000
    print(
        f"| {cost.size:,} | {cost.candidates:.1f} ms | {cost.comparison:.1f} ms | {hours:.2f} h | "
        f"{cost.grouping:.1f} s | {cost.memory:.0f} MB |",
        flush=True,
    )


def _fingerprint(path: Path) -> Fingerprint:
    return one_fingerprinter().fingerprint(prepare(path.read_bytes()))


def _measured(fingerprints: Sequence[Fingerprint], queries: int, seed: int) -> Cost:
    drawn = np.random.default_rng(seed).choice(len(fingerprints), queries, replace=False)
    some = [fingerprints[place] for place in drawn]
    with TemporaryDirectory() as folder, closing(open_storage(Path(folder))) as storage:
        _fill(storage, fingerprints)
        nearest = NearestPictures(storage.vectors)
        rows = [stored_query(each)[1] for each in some]
        verifier = build_verifier(Calibration.shipped())
        comparison = StoredComparison(storage.pictures, nearest, verifier)
        candidates = _seconds(lambda: [[*nearest.of(each)] for each in rows])
        compared = _seconds(lambda: [comparison.with_nearest(e.fingerprint_id) for e in some])
        grouping = _seconds(lambda: _group(storage, fingerprints))
    each = 1_000 / queries
    return Cost(len(fingerprints), candidates * each, compared * each, grouping, _megabytes())


def _fill(storage: EmbeddedStorage, fingerprints: Sequence[Fingerprint]) -> None:
    for some in in_batches(enumerate(fingerprints), BATCH):
        with storage.transaction():
            storage.pictures.put_many([Picture(each, 1) for _, each in some])
            storage.products.put_many(
                [Product(f"{place:08d}", "", None, each.fingerprint_id) for place, each in some]
            )


def _group(storage: EmbeddedStorage, fingerprints: Sequence[Fingerprint]) -> int:
    """Group with links that are made; the number of groups."""
    ids = [each.fingerprint_id for each in fingerprints]
    ends = zip(ids[::LINKED_SHARE], ids[1::LINKED_SHARE], strict=False)
    links = [PictureLink(a, b, 0.99, "edited_copy") for a, b in ends]
    with storage.transaction():
        storage.duplicates.add_compared(RECIPE, ids, links)
    groups = product_groups(storage, storage.duplicates, RECIPE, 0.5, Keep.order([]))
    return sum(1 for _ in groups)


def _seconds(work: Callable[[], Any]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _megabytes() -> float:
    """The most memory that the process had."""
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    main()
