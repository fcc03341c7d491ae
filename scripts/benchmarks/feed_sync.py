"""Measure ``lookalike sync`` with a feed of which little has changed.

    python -m scripts.benchmarks.feed_sync [--products 1000000] [--work FOLDER]

The catalogue is made: its products show some sample photographs, at web addresses that were asked
for just now. In the feed, a few products have another sku, and a few are missing. Those with
another sku have two pictures, of which none is asked for again. So both syncs, ``--dry-run`` and
the real one, compare everything and read no picture. Prints Markdown. With
``--work``, the catalogue stays there, and is not made again.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from lookalike.catalogue.web_revision import WebRevision
from lookalike.duplicates.decided_pairs import in_batches
from lookalike.fingerprint.version import ALGORITHM_VERSION
from lookalike.images.fetching.validators import Validators
from lookalike.local.data_folder import open_storage
from lookalike.pictures import Picture
from lookalike.products import Product, ProductImage
from scripts.benchmarks.synthetic_catalogue import sample_fingerprints

PICTURES = 100
CHANGES = 10
"""Products with another sku, and as many that are missing."""
BATCH = 10_000
_FURTHER = "additional_image_link"
_SECOND = "https://shop.example/media/catalogue/second.jpg"


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = wanted.work or Path(folder)
        feed, data = work / "feed.csv", work / "data"
        if not feed.exists():
            _make(data, feed, wanted.products)
        print(f"{wanted.products:,} products, {feed.stat().st_size / 1e6:.0f} MB of CSV:\n")
        print("| | duration | processor time | memory |")
        print("|---|--:|--:|--:|")
        for words in (["--dry-run"], []):
            _run([str(feed), "--data", str(data), *words])


def _run(words: list[str]) -> None:
    """Run a sync, and print a row about it."""
    begin, before = time.perf_counter(), _used()
    program = [sys.executable, "-m", "lookalike", "sync", *words]
    done = subprocess.run(program, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    seconds, used = time.perf_counter() - begin, _used() - before
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_000
    name = " ".join(["sync", *words[3:]])
    print(f"| `{name}` | {seconds:.0f} s | {used:.0f} s | {memory:.0f} MB |", flush=True)
    print(done.stdout, file=sys.stderr)


def _used() -> float:
    """Processor time of all processes that have ended, in seconds."""
    used = os.times()
    return used.children_user + used.children_system


def _make(data: Path, feed: Path, number: int) -> None:
    """Make a catalogue, and then its feed with some changes."""
    fingerprints = sample_fingerprints(PICTURES)
    with closing(open_storage(data)) as storage:
        with storage.transaction():
            storage.pictures.put_many([Picture(each, int(time.time())) for each in fingerprints])
        ids = [each.fingerprint_id for each in fingerprints]
        for some in in_batches(_products(number, ids), BATCH):
            with storage.transaction():
                storage.products.put_many(some)
    _write(feed, _changed(_products(number, ids), number))


def _products(number: int, fingerprint_ids: list[str]) -> Iterator[Product]:
    asked = str(WebRevision(ALGORITHM_VERSION, int(time.time()), Validators()))
    for place in range(number):
        is_changed = place % _step(number) == 0
        further = ProductImage(_SECOND, fingerprint_ids[-1], source_revision=asked)
        yield Product(
            entity_id=f"{place:08d}",
            sku=f"SKU-{place % 500_000:06d}",
            image_url=f"https://shop.example/media/catalogue/{place:08d}.jpg",
            fingerprint_id=fingerprint_ids[place % len(fingerprint_ids)],
            attributes={"category": f"category {place % 200}", "seller": f"seller {place % 50}"},
            source_revision=asked,
            further_images=(further,) if is_changed else (),
        )


def _changed(products: Iterable[Product], number: int) -> Iterator[Product]:
    for place, product in enumerate(products):
        if place % _step(number) == 0:
            yield replace(product, sku="another")
        elif place % _step(number) != 1:
            yield product


def _step(number: int) -> int:
    """How far apart products are that change."""
    return max(2, number // CHANGES)


def _write(feed: Path, products: Iterable[Product]) -> None:
    with feed.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["entity_id", "sku", "image_url", "category", "seller", _FURTHER])
        for each in products:
            further = [image.image_url for image in each.further_images] or [""]
            values = [each.entity_id, each.sku, each.image_url, *each.attributes.values()]
            rows.writerow([*values, *further])


if __name__ == "__main__":
    main()
