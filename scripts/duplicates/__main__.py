"""Measure ``lookalike duplicates`` on photographs with edited copies mixed in.

    python -m scripts.duplicates PHOTOGRAPHS --work FOLDER [--copies 300] [--seed 1]
    python -m scripts.duplicates --colours CATALOGUE.csv --images-root FOLDER --work FOLDER

The first form makes edited copies of photographs that are drawn at random, with edits drawn at
random, the last ten with chains of edits; it scores the groups beside those of imagededup
(``rivals``). The second takes a catalogue with columns ``sku`` and ``colour``, in which products
of one sku in several colours were made of one photograph, and lists the groups, with whether their
labels agree. Both print Markdown. Everything is kept below ``--work``, and a measurement
that was stopped goes on.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from lookalike.catalogue.catalogue_row import CatalogueRow
from lookalike.duplicates.groups import Group
from lookalike.duplicates.keeping import Keep
from lookalike.local.data_folder import open_storage
from lookalike.local.duplicates.comparison_pool import comparison_pool
from lookalike.local.duplicates.search import DuplicateSearch
from lookalike.local.imports.catalogue_import import catalogue_import
from lookalike.local.settings import LocalSettings
from lookalike.matching.calibration import Calibration
from scripts.duplicates.mixture import mixture
from scripts.duplicates.rivals import cnn_pairs, phash_pairs
from scripts.duplicates.scoring import Score, components, missed_edits, score

COPIES = ("duplicate", "edited_copy", "same_picture")
"""Kinds of groups whose products are copies of each other."""


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photographs", type=Path, nargs="?")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--colours", type=Path)
    parser.add_argument("--images-root", type=Path)
    arguments = parser.parse_args()
    if arguments.photographs:
        _mixture(arguments.photographs, arguments.work, arguments.copies, arguments.seed)
    if arguments.colours:
        _colours(arguments.colours, arguments.images_root, arguments.work)


def _mixture(photographs: Path, work: Path, copies: int, seed: int) -> None:
    products = mixture(photographs, copies, work / "copies", seed)
    groups = _found(work / "mixture", {each.entity_id: each.path for each in products})
    copied = [_ids(group) for group in groups if group["kind"] in COPIES]
    print(f"\n{len(products)} products, {copies} of them edited copies (seed {seed}).\n")
    print("| method | pairs: recall | precision | groups of several photographs | largest group |")
    print("|---|--:|--:|--:|--:|")
    _row("Lookalike", score(copied, products))
    for name, pairs in (("pHash", phash_pairs), ("CNN", cnn_pairs)):
        found = list(pairs(products))
        _row(f"imagededup {name}: pairs", score(found, products))
        _row(f"imagededup {name}: connected", score(components(found), products))
    missed = missed_edits(copied, products)
    print(f"\nMissed: {', '.join(f'{edit} {n}' for edit, n in sorted(missed.items()))}.")


def _row(method: str, found: Score) -> None:
    print(
        f"| {method} | {found.recall:.4f} ({found.right} of {found.true}) | {found.precision:.4f} "
        f"({found.right} of {found.found}) | {found.mixing} | {found.largest} |"
    )


def _colours(catalogue: Path, images_root: Path, work: Path) -> None:
    with catalogue.open(encoding="utf-8", newline="") as file:
        rows = {row["entity_id"]: row for row in csv.DictReader(file)}
    paths = {name: images_root / row["image_url"] for name, row in rows.items()}
    groups = _found(work / catalogue.stem, paths)
    labels = {name: (row["sku"], row["colour"]) for name, row in rows.items() if row["sku"]}
    kinds = Counter(group["kind"] for group in groups)
    print(f"\n{len(rows)} products, {len(labels)} of them labelled: {dict(kinds)}.\n")
    for group in groups:
        print(_in_words(group, {labels[name] for name in _ids(group) if name in labels}))


def _in_words(group: Group, labels: Collection[tuple[str, str]]) -> str:
    """A group, and what its labels say of it. Labels may be wrong: look at the pictures."""
    skus = len({sku for sku, _ in labels})
    if group["kind"] in COPIES:
        said = "WRONG by its labels" if len(labels) > 1 else "right by its labels"
    else:
        said = "of several skus" if skus > 1 else "of one sku"
    names = ", ".join(_ids(group))
    return f"- {group['kind']} {group['match_percentage']} %, {said}: {names}"


def _found(data: Path, paths: dict[str, Path]) -> list[Group]:
    """Import the pictures and find their duplicates; what is there already is not done again."""
    calibration = Calibration.shipped()
    settings = LocalSettings(data, Path("/"))
    rows = [
        CatalogueRow(number, name, name, str(path.resolve()).lstrip("/"), {})
        for number, (name, path) in enumerate(paths.items(), 2)
    ]
    with closing(open_storage(data)) as storage:
        with catalogue_import(storage, settings) as loader:
            loader.run(rows, lambda _batch: None)
        with closing(comparison_pool(data, calibration)) as pool:
            search = DuplicateSearch(storage, pool, calibration)
            return _timed(search)


def _timed(search: DuplicateSearch) -> list[Group]:
    count, begin = search.count(), time.perf_counter()
    search.compare(0.5, lambda _count: None)
    compared = time.perf_counter() - begin
    groups = list(search.groups(0.5, Keep.order([])))
    print(
        f"{count} pictures compared in {compared:.1f} s, grouped with the rest in "
        f"{time.perf_counter() - begin - compared:.1f} s."
    )
    return groups


def _ids(group: Group) -> Sequence[str]:
    return [member["entity_id"] for member in group["members"]]


if __name__ == "__main__":
    main()
