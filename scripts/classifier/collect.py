"""Collect the samples to fit the classifier to.

    python -m scripts.classifier.collect CATALOGUE.csv … --output samples.npz

Every catalogue is a shop. ``scripts.classifier.fit`` fits to all of them, and reports on each shop
by models that it took no part in. A collection that was stopped continues where it stopped.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from lookalike.evaluation.catalogues import read_catalogues
from lookalike.evaluation.fitting.collection import collect_once
from lookalike.evaluation.settings import FittingSettings


def main() -> None:
    """Collect samples from the catalogues named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogues", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=Path("samples.npz"))
    parser.add_argument("--images-root", type=Path, help="that relative paths start from")
    parser.add_argument("--queries", type=int, default=1500, help="of each catalogue, at most")
    parser.add_argument(
        "--pairs", type=int, default=10, help="made, of each kind in each catalogue"
    )
    parser.add_argument("--sku-pattern", default="", help="as of lookalike evaluate")
    arguments = parser.parse_args()
    entries, refused = read_catalogues(
        arguments.catalogues, arguments.images_root, Path(), arguments.sku_pattern
    )
    for each in refused:
        print(f"{each.domain} {each.name}: {each.detail}")
    settings = FittingSettings(arguments.queries, arguments.pairs)
    collect_once(arguments.output, entries, os.cpu_count() or 1, settings)
    print(f"Samples of {len(entries)} pictures: {arguments.output}")


if __name__ == "__main__":
    main()
