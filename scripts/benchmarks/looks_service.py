"""Searches by looks as a service answers them, with filters: index, conditions and products.

    python -m scripts.benchmarks.looks_service --size 100000

A data folder is filled with generated embeddings (see ``looks``) and products, of which attributes
say which pass a filter. Each search is for the twenty products that look like a stored one.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from lookalike.fingerprint.network import Network
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.pictures import Picture
from lookalike.products import Product
from lookalike.search.looks import LooksSearch
from lookalike.search.models.registry import build_models
from lookalike.search.models.settings import SearchSettings
from lookalike.search.options import SearchOptions
from lookalike.search.ranked_pictures import RankedPictures
from lookalike.storage.embeddings import Vectors, pack
from lookalike.storage.sqlite.storage import EmbeddedStorage
from scripts.benchmarks.looks import Generator, Workload
from scripts.benchmarks.report import table
from scripts.benchmarks.synthetic_catalogue import (
    bases_of,
    product_of,
    sample_fingerprints,
    synthetic_pictures,
)
from scripts.benchmarks.timing import Samples, interleaved, milliseconds

SHARES = (1.0, 0.5, 0.01)
"""Of the products that filters leave."""
BASES = 5
_HEADER = ["filter", "p50, ms", "p95, ms", "processor time p50, ms"]


def main() -> None:
    """Measure one size, and print a table."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.benchmarks.looks_service", description=__doc__
    )
    parser.add_argument("--size", type=int, default=100_000, help="products, each with a picture")
    parser.add_argument("--queries", type=int, default=50, help="for each figure")
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        print(measured(Path(folder), parsed.size, parsed.queries))


def measured(folder: Path, size: int, queries: int) -> str:
    """Fill a folder and search in it; the table as Markdown."""
    models = build_models(SearchSettings())
    space = models.named(None).space
    generator = Generator(Workload(size, space.dimension, queries))
    with closing(EmbeddedStorage(folder, ALGORITHM_VERSION)) as storage:
        start = 0
        for pictures in _pictures(size):
            vectors = generator.vectors(len(pictures))
            _store(storage, pictures, start, space.version, vectors)
            start += len(pictures)
        search = LooksSearch(RankedPictures(storage), models, Network.load())
        asked = np.linspace(0, size - 1, queries).astype(int).tolist()
        steps = [
            {
                _name(share): lambda number=number, share=share: search.by_product(
                    f"{number:08d}", _options(share)
                )
                for share in SHARES
            }
            for number in asked
        ]
        samples = interleaved(steps, rounds=1)
    return table(_HEADER, [[name, *_cells(found)] for name, found in samples.items()])


def _pictures(size: int) -> Iterator[list[Picture]]:
    bases = bases_of(sample_fingerprints(BASES))
    return synthetic_pictures(size, bases, np.random.default_rng(3))


def _store(
    storage: EmbeddedStorage,
    pictures: Sequence[Picture],
    start: int,
    version: str,
    vectors: Vectors,
) -> None:
    """Pictures with their embeddings, and a product for each."""
    passes = np.random.default_rng(start).random(len(pictures))
    with storage.transaction():
        storage.pictures.put_many(
            [
                replace(
                    picture,
                    fingerprint=replace(picture.fingerprint, embeddings={version: pack(vector)}),
                )
                for picture, vector in zip(pictures, vectors, strict=True)
            ]
        )
        storage.products.put_many(
            [
                _product(picture, start + row, float(passes[row]))
                for row, picture in enumerate(pictures)
            ]
        )


def _product(picture: Picture, number: int, passes: float) -> Product:
    attributes = {_name(share): "yes" if passes < share else "no" for share in SHARES[1:]}
    product = product_of(picture, number)
    return replace(product, attributes={**product.attributes, **attributes})


def _options(share: float) -> SearchOptions:
    wanted = frozenset({(_name(share), "yes")}) if share < 1 else frozenset[tuple[str, str]]()
    return SearchOptions(attributes=wanted)


def _name(share: float) -> str:
    return f"{share:.0%} pass" if share < 1 else "none"


def _cells(found: Samples) -> list[str]:
    return [milliseconds(each) for each in (found.median, found.quantile(0.95), found.cpu_median)]


if __name__ == "__main__":
    main()
