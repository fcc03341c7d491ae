"""Collect the samples to fit the classifier to.

    python -m scripts.classifier.collect CATALOGUE.csv … --output samples.npz

Only the fitting half of each catalogue is used (``lookalike.evaluation.split``).
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from lookalike.evaluation.split import fitting_half
from scripts.classifier.dataset import write
from scripts.classifier.edited_samples import edited_samples
from scripts.classifier.shared_samples import shared_samples


def main() -> None:
    """Collect samples from the catalogues named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogues", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=Path("samples.npz"))
    parser.add_argument("--share", type=float, default=1.0, help="of the edited queries, 0 to 1")
    parser.add_argument("--sku-pattern", default="", help="as of lookalike evaluate")
    arguments = parser.parse_args()
    entries = fitting_half(arguments.catalogues, arguments.sku_pattern)
    workers = os.cpu_count() or 1
    samples = edited_samples(entries, workers, arguments.share)
    samples += shared_samples(entries, samples[-1].query + 1, workers)
    write(arguments.output, entries, samples)
    print(f"{len(samples)} samples of {len(entries)} pictures: {arguments.output}")


if __name__ == "__main__":
    main()
