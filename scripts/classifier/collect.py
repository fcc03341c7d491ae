"""Gather evidence to fit the judge on.

    python -m scripts.classifier.collect CATALOGUE.csv … --output evidence.npz

Of each catalogue the half for fitting is used (``lookalike.evaluation.split``).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lookalike.evaluation.catalogues import Entry
from lookalike.evaluation.split import fitting_half
from scripts.classifier.samples import Row, gather
from scripts.classifier.shared_templates import gather_shared


def write(path: Path, entries: Sequence[Entry], rows: Sequence[Row]) -> None:
    """The file that ``scripts.classifier.dataset`` reads."""
    np.savez_compressed(
        path,
        names=np.array(list(rows[0].terms)),
        terms=np.array([list(row.terms.values()) for row in rows], np.float32),
        numbers=np.array([row[:3] for row in rows]),
        edits=np.array([row.edit for row in rows]),
        recoloured=np.array([row.recoloured for row in rows]),
        groups=np.array([entry.group for entry in entries]),
        domains=np.array([entry.domain for entry in entries]),
        colours=np.array([entry.colour for entry in entries]),
        views=np.array([entry.view for entry in entries]),
    )


def main() -> None:
    """Gather from the catalogues named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogues", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=Path("evidence.npz"))
    parser.add_argument("--share", type=float, default=1.0, help="of the questions about edits")
    parser.add_argument("--sku-pattern", default="", help="as of lookalike evaluate")
    arguments = parser.parse_args()
    entries = fitting_half(arguments.catalogues, arguments.sku_pattern)
    workers = os.cpu_count() or 1
    rows = gather(entries, workers, arguments.share)
    rows += gather_shared(entries, rows[-1].query + 1, workers)
    write(arguments.output, entries, rows)
    print(f"{len(rows)} pairs of {len(entries)} pictures: {arguments.output}")


if __name__ == "__main__":
    main()
